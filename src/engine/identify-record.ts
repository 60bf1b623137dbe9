import { Fault } from '../contract/fault.ts';
import type { StagedRecord } from '../store/batches.ts';
import type { Plan } from '../workspace/plan.ts';

/** Key and version of a native record. Throws a Fault if it has no key, or more than `maxBytes` as JSON (`text`). */
export async function identifyRecord(
  { steps, source }: Plan,
  { native, text }: { readonly native: unknown; readonly text: string },
  maxBytes: number,
): Promise<Omit<StagedRecord, 'native'>> {
  if (text.length > maxBytes) {
    throw new Fault(
      'TL_RECORD_TOO_LARGE',
      `a record has ${text.length} characters; at most ${maxBytes} are taken`,
    );
  }
  const key = await steps.keyOf(native, () => steps.toRecord(native));
  if (key === undefined || key === '') {
    throw new Fault('TL_KEY_MISSING', `${source.connection}.${source.resource.name}: a record without a key`);
  }
  const version = source.resource.versionOf?.(native);
  return { key, ...(version !== undefined && { version }) };
}
