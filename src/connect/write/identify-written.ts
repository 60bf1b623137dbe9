import type { Found, WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { quoteName } from '../../contract/text/record-bounds.ts';
import type { Find } from '../find/compile-find.ts';
import { findEachItem, type WriteCall } from './complete-items.ts';
import { toWriteFault } from './write-all.ts';
import type { WriteKind } from './write-template.ts';

/**
 * Looks up the id of what has been written and did not say it: the key is not it, where a resource has ids of its own.
 * An answer to a create that should have had one was perhaps a refusal: what is there all the same went well.
 */
export async function identifyWritten(
  kind: WriteKind,
  find: Find,
  { items, signal }: WriteCall,
  results: readonly WriteResult[],
): Promise<readonly WriteResult[]> {
  const nameless = items.filter((_, index) => isNameless(results[index]));
  if (nameless.length === 0) return results;
  const found = await findEachItem(find, nameless, signal).catch((thrown: unknown) => {
    const fault = toWriteFault(thrown, signal);
    return new Map(nameless.map((item) => [item, fault]));
  });
  return results.map((result, index) => {
    const item = items[index];
    return item !== undefined && isNameless(result)
      ? identified(kind, item, { result, found: found.get(item) })
      : result;
  });
}

function isNameless(result: WriteResult | undefined): result is WriteResult {
  if (result === undefined) return false;
  return result.ok ? result.id === undefined : result.fault.code === 'TL_TARGET_ID_UNCLEAR';
}

function identified(
  kind: WriteKind,
  { key }: WriteItem,
  { result, found }: { readonly result: WriteResult; readonly found: Found | Fault | undefined },
): WriteResult {
  if (found !== undefined && !(found instanceof Fault)) return { ok: true, id: found.id };
  // To write it once more would not tell more; a create is not made again before it has been looked for.
  if (!result.ok || kind !== 'create') return result;
  const why = found === undefined ? 'it is not found there yet' : found.message;
  const message = `${quoteName(key)} was created, and its answer has no id to know it by: ${why}`;
  return { ok: false, fault: new Fault('TL_TARGET_UNKNOWN', message) };
}
