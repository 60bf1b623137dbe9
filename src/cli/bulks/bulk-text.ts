import type { BulkDocument } from '../../app/bulks/bulk-document.ts';
import { counted } from '../../contract/text/counted.ts';
import type { Column } from '../output/print.ts';

/** A set as the engine knows it, or as a document of the API tells of it. */
export type ToldBulk = Omit<BulkDocument, 'createdAt' | 'startedAt' | 'endedAt'> & {
  readonly createdAt: Date | string;
};

export const bulkColumns: readonly Column[] = [
  { title: 'set', align: 'right', isName: true },
  { title: 'made' },
  { title: 'kind' },
  { title: 'by' },
  { title: 'state' },
  { title: 'errors', align: 'right' },
  { title: 'waiting', align: 'right' },
  { title: 'under way', align: 'right' },
  { title: 'ended', align: 'right' },
  { title: 'left', align: 'right' },
];

export function bulkRow(bulk: ToldBulk): readonly string[] {
  const { waitsFor } = bulk;
  const behind = waitsFor === undefined ? '' : `, behind ${waitsFor.join(', ')}`;
  return [
    String(bulk.bulk),
    new Date(bulk.createdAt).toISOString().slice(0, 19).replace('T', ' '),
    bulk.kind,
    bulk.by,
    `${bulk.state}${behind}`,
    ...[bulk.errors, bulk.waiting, bulk.underWay, bulk.ended, bulk.left].map(String),
  ];
}

/** `998 delivered`, `2 failed again (TL_MAP_FAILED)`, `3 left the set: settled since it was made`. */
export function resultLines({ results, leftFor }: Pick<ToldBulk, 'results' | 'leftFor'>): readonly string[] {
  return [
    ...results.map(({ result, code, count }) =>
      result === 'failed' ? `${count} failed again (${code ?? 'no code'})` : `${count} ${result}`,
    ),
    ...leftFor.map(({ result, count }) => `${count} left the set: ${reasons[result] ?? result}`),
  ];
}

const reasons: Readonly<Record<string, string>> = {
  superseded: 'a newer version of the record has come',
  settled: 'settled since the set was made',
  taken: 'sent by another replay since the set was made',
  edited: 'somebody else has changed what the error holds',
  reopened: 'open again by now',
};

/** Of a set that nobody here waits for. */
export function madeLine({ bulk, errors }: Pick<ToldBulk, 'bulk' | 'errors'>): string {
  return `set ${bulk}: ${counted(errors, 'error')}; tradelane bulk show ${bulk} says how it gets on`;
}

/** What a set still has before it, and how it goes on; nothing where it is done and all of it was sent. */
export function tellRest(bulk: ToldBulk): readonly string[] {
  const { bulk: id, state, waiting, underWay, leftFor } = bulk;
  const told = leftFor.map(
    ({ result, count }) => `${counted(count, 'error')} left the set: ${reasons[result] ?? result}`,
  );
  if (state === 'done') return told;
  if (state === 'stopped')
    return [...told, `set ${id} was stopped: ${counted(waiting, 'error')} left as they are`];
  if (state === 'paused') {
    const why = bulk.fault === undefined ? '' : ` (${bulk.fault.message})`;
    return [...told, `set ${id} is paused${why}; tradelane bulk resume ${id} goes on with it`];
  }
  return [
    ...told,
    `set ${id} is not done, ${counted(underWay, 'error')} under way and ${waiting} waiting: an engine goes on with it, or tradelane bulk resume ${id}; tradelane bulk stop ${id} ends it`,
  ];
}
