import type { ShownXref, XrefWish } from '../../app/xref/xrefs.ts';
import type { CommonOptions } from '../context.ts';
import type { Column } from '../output/print.ts';

export interface XrefFilterOptions extends CommonOptions {
  readonly flow?: string;
  readonly entity?: string;
  readonly connection?: string;
  readonly key?: string;
  readonly id?: string;
}

export function toXrefWish({ flow, entity, connection, key, id }: XrefFilterOptions): XrefWish {
  return { flow, entity, connection, key, id };
}

export const xrefColumns: readonly Column[] = [
  { title: 'entity' },
  { title: 'from' },
  { title: 'key', isName: true },
  { title: 'to' },
  { title: 'id', isName: true },
  { title: 'since' },
  { title: 'said by' },
];

export function xrefRow({
  entity,
  source,
  key,
  target,
  id,
  since,
  run,
  audit,
}: ShownXref): readonly string[] {
  return [
    entity,
    source,
    key,
    target,
    id ?? '(in doubt)',
    since.toISOString().slice(0, 16).replace('T', ' '),
    run === null ? sayerOf(since, audit) : `run ${run}`,
  ];
}

/** Whoever is noted with it, in the moment since when it is known. */
function sayerOf(since: Date, audit: ShownXref['audit'] = []): string {
  return audit.find(({ at }) => at.getTime() === since.getTime())?.by ?? 'a person';
}
