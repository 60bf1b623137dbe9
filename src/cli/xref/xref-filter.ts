import type { PlanForgetXrefsInput, XrefAnswer } from '../../contract/generated/endpoints.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import type { Column } from '../output/print.ts';

export interface XrefFilterOptions extends AskingOptions {
  readonly flow?: string;
  readonly entity?: string;
  readonly connection?: string;
  readonly key?: string;
  readonly id?: string;
}

export function toXrefWish(options: XrefFilterOptions): PlanForgetXrefsInput {
  const { flow, entity, connection, key, id } = options;
  return {
    ...(flow !== undefined && { flow }),
    ...(entity !== undefined && { entity }),
    ...(connection !== undefined && { connection }),
    ...(key !== undefined && { key }),
    ...(id !== undefined && { id }),
  };
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
}: XrefAnswer): readonly string[] {
  return [
    entity,
    source,
    key,
    target,
    id ?? '(in doubt)',
    since.slice(0, 16).replace('T', ' '),
    run === null ? sayerOf(since, audit) : `run ${run}`,
  ];
}

/** Whoever is noted with it, in the moment since when it is known. */
function sayerOf(since: string, audit: XrefAnswer['audit'] = []): string {
  return audit.find(({ at }) => at === since)?.by ?? 'a person';
}
