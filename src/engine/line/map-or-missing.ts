import { toFault } from '../../contract/fault.ts';
import type { Reference } from '../../store/waiting/blocked.ts';
import type { MapBindings, MapResult, Plan } from '../../workspace/compile/plan.ts';

export interface MissingReferences {
  readonly missing: readonly Reference[];
}

/**
 * Maps a record, or says which references that its flow requires are not there. Where any is missing, what the
 * mapping made of it says nothing: it may have failed, or left the record out, for just that reason.
 */
export async function mapOrMissing(
  { requires, steps }: Pick<Plan, 'requires' | 'steps'>,
  record: unknown,
  { xref }: MapBindings,
): Promise<MapResult | MissingReferences> {
  if (requires.xref.length === 0) return await steps.map(record, { xref });
  const missing = new Map<string, Reference>();
  const noting: MapBindings['xref'] = async (entity, key) => {
    const id = await xref(entity, key);
    if (id === undefined && requires.xref.includes(entity)) missing.set(`${entity}\n${key}`, { entity, key });
    return id;
  };
  try {
    const mapped = await steps.map(record, { xref: noting });
    return missing.size === 0 ? mapped : { missing: [...missing.values()] };
  } catch (thrown) {
    // What was only too slow, or without a database, did not come to ask for all of them.
    if (missing.size === 0 || toFault(thrown).kind === 'transient') throw thrown;
    return { missing: [...missing.values()] };
  }
}
