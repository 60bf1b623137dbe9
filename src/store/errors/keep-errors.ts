import { sql } from 'kysely';
import type { FaultSubject } from '../../contract/fault.ts';
import type { LineStep } from '../../contract/outcome.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { type Sealable, sealJson, sealPrint, sealText } from '../crypto/sealable.ts';
import type { MadePayload, StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { pack } from '../postgres/packed.ts';
import { toJsonb, toNameColumn } from '../postgres/storable.ts';
import { toTermsColumn } from './error-terms.ts';
import type { TargetAnswer } from './errors.ts';
import { takeCauses } from './take-causes.ts';

export interface NewDeadLetter {
  readonly runId: number;
  /** What was read: a staged record, or the raw text of something that could not be read. */
  readonly record: StagedRecord | undefined;
  readonly raw?: string;
  readonly stage: LineStep;
  readonly code: string;
  readonly message: string;
  readonly at: string | undefined;
  readonly about: FaultSubject | undefined;
  readonly answer: TargetAnswer | undefined;
  readonly attempts: number;
  /** What the target would not take; absent if it failed before there was anything to give. */
  readonly made?: MadePayload | undefined;
}

/** A dead letter with what shows whether it has been one before. */
export interface KeptLetter extends NewDeadLetter {
  /** Fingerprint of what was read, as the source gave it. */
  readonly source: string;
  /** Is it a newer state of something, so that an open error about an older state holds this one from now on? */
  readonly replaces: boolean;
}

/**
 * Keeps what failed. A record that fails again as it was read before stays one error, and so does one whose newer
 * state (`replaces`) failed in its turn: the error then holds what was read and said last. Returns which of them, by
 * index, are the failure of an open error once more: the same version of its record.
 */
export async function keepErrors(
  db: Database,
  flow: string,
  errors: readonly KeptLetter[],
): Promise<ReadonlySet<number>> {
  if (errors.length === 0) return new Set();
  const causes = await takeCauses(db, flow, errors);
  const { rows } = await sql<{ nth: number }>`
    with given as (
      select * from unnest(
        ${errors.map((e) => e.runId)}::bigint[], ${errors.map((e) => toNameColumn(e.record?.key))}::text[],
        ${errors.map((e) => toNameColumn(e.record?.version))}::text[], ${errors.map((e) => e.source)}::text[],
        ${errors.map((e) => e.stage)}::text[], ${errors.map((e) => toPlainText(e.code))}::text[],
        ${errors.map((e) => sealText(toPlainText(e.message)))}::text[], ${errors.map((e) => e.at ?? null)}::text[],
        ${errors.map((e) => (e.answer ? sealJson(toJsonb(e.answer)) : null))}::jsonb[],
        ${errors.map((e) => pack('error', e.record ?? { raw: e.raw ?? '' }))}::bytea[],
        ${errors.map((e) => e.attempts)}::int[], ${errors.map((e) => e.replaces)}::bool[],
        ${causes.map((cause) => cause.id)}::int[], ${causes.map(({ gaps }) => sealJson(toJsonb(gaps)))}::jsonb[],
        ${errors.map((e) => (e.about ? sealJson(toJsonb(e.about)) : null))}::jsonb[],
        ${errors.map((e) => toTermsColumn(e.record ?? { raw: e.raw ?? '' }))}::text[],
        ${errors.map(packedMade)}::bytea[], ${errors.map((e) => sealPrint(toPlainText(e.message)))}::text[]
      ) with ordinality as t (
        run_id, key, version, source, stage, code, message, at, answer, payload, attempts, replaces, cause_id, gaps,
        about, terms, made, print, nth
      )
    ), failed as (
      select distinct on (who) *,
        array_agg(source) over (
          partition by who order by nth rows between unbounded preceding and unbounded following
        ) as states
      from (
        select *, case when replaces and key is not null then 'key ' || key else 'nth ' || nth end as who from given
      ) as named order by who, nth desc
    ), alike as (
      select nth, id, errors.sources as before,
        given.source = any(errors.sources) or errors.payload = given.payload
          or (replaces and errors.version is not distinct from given.version and errors.code = given.code
              and (errors.message = given.message or errors.print = given.print)) as is_same
      from given join errors
        on errors.flow = ${flow} and errors.state in ('open', 'replaying') and errors.key = given.key
        and (replaces or given.source = any(errors.sources) or errors.payload = given.payload)
      union all
      select nth, id, errors.sources, true
      from given join errors
        on errors.flow = ${flow} and errors.state in ('open', 'replaying') and errors.key is null
        and errors.sources[1] = given.source
      where given.key is null
    ), known as (
      select distinct on (nth) nth, id, is_same,
        array(
          select each from unnest(before) with ordinality as known (each, place)
          where each <> all(states) order by place
        ) || states as all_states
      from alike join failed using (nth) order by nth, id desc
    ), renewed as (
      update errors
      set state = 'open', run_id = case when is_same then errors.run_id else failed.run_id end,
          stage = failed.stage, code = failed.code, message = failed.message, at = failed.at,
          answer = failed.answer, payload = failed.payload, made = failed.made, print = failed.print, version = failed.version, cause_id = failed.cause_id,
          gaps = failed.gaps, about = failed.about, terms = failed.terms::int[], failed_at = now(),
          sources = all_states[greatest(cardinality(all_states) - ${mostSources - 1}, 1):],
          attempts = errors.attempts + failed.attempts, updated_at = now()
      from failed join known using (nth) where errors.id = known.id
    ), inserted as (
      insert into errors
        (flow, run_id, key, version, sources, stage, code, message, at, answer, payload, attempts, state, cause_id,
         gaps, about, terms, made, print)
      select ${flow}, run_id, key, version, states, stage, code, message, at, answer, payload, attempts, 'open',
             cause_id, gaps, about, terms::int[], made, print
      from failed where not exists (select 1 from known where known.nth = failed.nth) order by nth
    )
    select distinct nth from alike where is_same`.execute(db);
  return new Set(rows.map(({ nth }) => nth - 1));
}

/** As errors hold it. */
export function packedMade({ made }: Pick<NewDeadLetter, 'made'>): Sealable | null {
  return made === undefined ? null : pack('made', made);
}

/** A source that is read whole may have several states of one key that fail, all of them in every run. */
const mostSources = 1_000;

/** What an error is settled with once its record, read again, has got through. */
export const readAgain = 'its record was read again and got through';
