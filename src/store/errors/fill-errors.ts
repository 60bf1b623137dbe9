import { sql } from 'kysely';
import type { LineStep } from '../../contract/outcome.ts';
import { sealJson } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import { type FailedRecord, toTermsColumn } from './error-terms.ts';
import { takeCauses } from './take-causes.ts';

/** So many are in memory at once. */
const atOnce = 1_000;

/** Gives errors of an older version their causes and the terms that they are found by. */
export async function fillErrors(db: Database): Promise<void> {
  for (let after = 0; ; ) {
    const { rows } = await sql<OldError>`
      select id, flow, stage, code, message, at, payload from errors where id > ${after} order by id limit ${atOnce}
    `.execute(db);
    for (const [flow, some] of Map.groupBy(rows, (row) => row.flow)) await fillSome(db, flow, some);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

interface OldError {
  readonly id: number;
  readonly flow: string;
  readonly stage: LineStep;
  readonly code: string;
  readonly message: string;
  readonly at: string | null;
  readonly payload: Buffer;
}

async function fillSome(db: Database, flow: string, errors: readonly OldError[]): Promise<void> {
  const kept = errors.map(({ payload }) => unpack('error', payload) as FailedRecord);
  const failures = errors.map(({ stage, code, message, at }, index) => {
    const record = kept[index];
    return {
      ...{ stage, code, message, at: at ?? undefined, about: undefined },
      record: record === undefined || 'raw' in record ? undefined : record,
    };
  });
  const causes = await takeCauses(db, flow, failures);
  await sql`
    update errors set cause_id = t.cause_id, gaps = t.gaps, terms = t.terms::int[]
    from unnest(
      ${errors.map(({ id }) => id)}::bigint[], ${causes.map(({ id }) => id)}::int[],
      ${causes.map(({ gaps }) => sealJson(JSON.stringify(gaps)))}::jsonb[], ${kept.map(toTermsColumn)}::text[]
    ) as t (id, cause_id, gaps, terms)
    where errors.id = t.id`.execute(db);
}
