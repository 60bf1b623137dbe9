import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { atOf, pathText } from '../declared.ts';
import type { Find } from './find.ts';
import type { Writing } from './write.ts';

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
  writing: Writing,
  find: Find | undefined,
  { items, signal }: WriteCall,
  write: (items: readonly WriteItem[]) => Promise<readonly WriteResult[]>,
): Promise<readonly WriteResult[]> {
  const lacking = find === undefined ? [] : items.filter((item) => isLacking(writing, item));
  if (find === undefined || lacking.length === 0) return write(items);
  const found = await find(
    lacking.map((item) => item.key),
    signal,
  );
  const byItem = new Map(lacking.map((item, index) => [item, found[index]]));
  const complete = items.flatMap((item): WriteItem[] => {
    if (!byItem.has(item)) return [item];
    const there = byItem.get(item);
    if (there === undefined) return [];
    return [{ ...item, id: item.id ?? there.id, ...(there.etag !== undefined && { etag: there.etag }) }];
  });
  const written = (await write(complete)).values();
  return items.map((item) => {
    const isThere = !byItem.has(item) || byItem.get(item) !== undefined;
    return isThere ? (written.next().value ?? notFound(writing, item)) : notFound(writing, item);
  });
}

function isLacking({ kind, request }: Writing, item: WriteItem): boolean {
  if (kind !== 'update' && kind !== 'delete') return false;
  return (
    (item.id === undefined && request.mentions('id')) || (item.etag === undefined && request.mentions('etag'))
  );
}

function notFound({ kind, declared }: Writing, item: WriteItem): WriteResult {
  if (kind === 'delete') return { ok: true, ...(item.id !== undefined && { id: item.id }) };
  const at = atOf(declared);
  const message = `${pathText(declared)}: there is no record with the key "${item.key.slice(0, 80)}" to update`;
  return { ok: false, fault: new Fault('TL_TARGET_NOT_FOUND', message, at === undefined ? {} : { at }) };
}
