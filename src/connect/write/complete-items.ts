import type { Found, WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { startOf } from '../../contract/text/cut-text.ts';
import { atOf, pathText } from '../declaration.ts';
import type { Find } from '../find/compile-find.ts';
import { toWriteFault } from './write-all.ts';
import type { WriteTemplate } from './write-template.ts';

export interface WriteCall {
  readonly items: readonly WriteItem[];
  readonly signal: AbortSignal;
}

/**
 * An update or delete may need the target's id or version tag, and an item may come without: its key is known from
 * before, but nobody has looked yet. Then the resource's own `find` is asked first, once for all such items. What is
 * not there is deleted already, and cannot be updated.
 */
export async function completeItems(
  writing: WriteTemplate,
  find: Find,
  { items, signal }: WriteCall,
  write: (items: readonly WriteItem[]) => Promise<readonly WriteResult[]>,
): Promise<readonly WriteResult[]> {
  const lacking = items.filter((item) => isLacking(writing, item));
  if (lacking.length === 0) return write(items);
  const found = await findEachItem(find, lacking, signal);
  const answers = new Map<WriteItem, WriteResult>();
  const complete = items.flatMap((item): WriteItem[] => {
    if (!found.has(item)) return [item];
    const there = found.get(item);
    if (there !== undefined && !(there instanceof Fault)) return [complement(item, there)];
    answers.set(item, there === undefined ? notFound(writing, item) : { ok: false, fault: there });
    return [];
  });
  const written = (await write(complete)).values();
  return items.map((item) => answers.get(item) ?? written.next().value ?? notFound(writing, item));
}

function complement(item: WriteItem, { id, etag }: Found): WriteItem {
  return { ...item, id: item.id ?? id, ...(etag !== undefined && { etag: item.etag ?? etag }) };
}

/** All at once; where that is refused because of one of them, one by one, so that the refusal is only that one's. */
export async function findEachItem(
  find: Find,
  items: readonly WriteItem[],
  signal: AbortSignal,
): Promise<ReadonlyMap<WriteItem, Found | Fault | undefined>> {
  const keys = items.map(({ key }) => key);
  try {
    const found = await find(keys, signal);
    return new Map(items.map((item, index) => [item, found[index]]));
  } catch (thrown) {
    if (!isOfOne(thrown)) throw toWriteFault(thrown, signal);
    if (items.length === 1) return new Map(items.map((item) => [item, thrown]));
  }
  const found = await Promise.all(
    keys.map((key) =>
      find([key], signal).then(
        ([one]) => one,
        (thrown: unknown) => {
          if (isOfOne(thrown)) return thrown;
          throw toWriteFault(thrown, signal);
        },
      ),
    ),
  );
  return new Map(items.map((item, index) => [item, found[index]]));
}

/** May it be that only one of the keys is meant? An answer that nobody can read may be that of a single record. */
function isOfOne(thrown: unknown): thrown is Fault {
  return thrown instanceof Fault && (thrown.kind === 'rejected' || unreadable.has(thrown.code));
}

const unreadable: ReadonlySet<string> = new Set(['TL_SYSTEM_BAD_RESPONSE', 'TL_SYSTEM_RESPONSE_TOO_LARGE']);

function isLacking({ needs }: WriteTemplate, { id, etag }: WriteItem): boolean {
  return (id === undefined && needs.id) || (etag === undefined && needs.etag);
}

function notFound({ kind, declared }: WriteTemplate, item: WriteItem): WriteResult {
  if (kind === 'delete') return { ok: true, ...(item.id !== undefined && { id: item.id }) };
  const at = atOf(declared);
  const message = `${pathText(declared)}: there is no record with the key "${startOf(item.key, 80)}" to update`;
  return { ok: false, fault: new Fault('TL_TARGET_NOT_FOUND', message, at === undefined ? {} : { at }) };
}
