import { toFault } from '../contract/fault.ts';
import type { Reference } from '../store/blocked.ts';
import type { MapBindings, Mapped, Plan } from '../workspace/plan.ts';

export interface Missing {
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
): Promise<Mapped | Missing> {
  if (requires.xref.length === 0) return await steps.map(record, { xref });
  const missing = new Map<string, Reference>();
  const asked: Promise<string | undefined>[] = [];
  const note = async (entity: string, key: string): Promise<string | undefined> => {
    const id = await xref(entity, key);
    if (id === undefined && requires.xref.includes(entity)) missing.set(`${entity}\n${key}`, { entity, key });
    return id;
  };
  const noting: MapBindings['xref'] = (entity, key) => {
    const answer = note(entity, key);
    asked.push(answer);
    return answer;
  };
  try {
    const mapped = await steps.map(record, { xref: noting });
    return missing.size === 0 ? mapped : { missing: [...missing.values()] };
  } catch (thrown) {
    await settle(asked);
    if (missing.size === 0 || toFault(thrown).code === 'TL_STORE_UNAVAILABLE') throw thrown;
    return { missing: [...missing.values()] };
  }
}

/**
 * The leaves of a mapping go side by side: where one has failed, others still wait for their references, and may ask for
 * more afterwards. Which of them were missing must not depend on what the database answers first.
 */
async function settle(asked: readonly Promise<unknown>[]): Promise<void> {
  for (let known = -1; known < asked.length; ) {
    known = asked.length;
    await Promise.allSettled(asked);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
