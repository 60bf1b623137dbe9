import { isJsonObject } from '../../contract/json.ts';
import { toPath } from '../../contract/to-path.ts';

/** A member that a person has changed. */
export interface MemberChange {
  readonly path: string;
  /** Its own name; absent for an item of a list. */
  readonly name?: string;
  /** Absent: it was not there. */
  readonly before?: unknown;
  /** Absent: it is not there any more. */
  readonly after?: unknown;
  /** The names beside it, before. */
  readonly beside: readonly string[];
}

/** Where two values differ, exactly: nothing that systems may write in their own ways is taken for the same. */
export function listChanges(before: unknown, after: unknown): readonly MemberChange[] {
  return changesAt([], { before, after, beside: [] });
}

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly beside: readonly string[];
}

function changesAt(
  place: readonly (string | number)[],
  { before, after, beside }: Pair,
): readonly MemberChange[] {
  if (isJsonObject(before) && isJsonObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      changesAt([...place, name], {
        before: Object.hasOwn(before, name) ? before[name] : undefined,
        after: Object.hasOwn(after, name) ? after[name] : undefined,
        beside: Object.keys(before),
      }),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return Array.from({ length: Math.max(before.length, after.length) }, (_, nth) =>
      changesAt([...place, nth], { before: before[nth], after: after[nth], beside: [] }),
    ).flat();
  }
  if (before === after || JSON.stringify(before) === JSON.stringify(after)) return [];
  const name = place.at(-1);
  return [
    {
      path: toPath(place),
      ...(typeof name === 'string' && { name }),
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      beside,
    },
  ];
}
