import { type RawBuilder, sql } from 'kysely';
import type { FaultSubject } from '../../contract/fault.ts';
import type { FlowScope } from '../../contract/flow-scope.ts';
import type { LineStep } from '../../contract/outcome.ts';
import type { MadePayload, StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { unpack } from '../postgres/packed.ts';

export type ErrorState = 'open' | 'replaying' | 'resolved' | 'discarded';

/** What the target answered, cut to size; never a credential. */
export interface TargetAnswer {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
}

/** A record that failed for good, kept whole until somebody resolves it. Listed as error. */
export interface DeadLetter {
  readonly id: number;
  readonly flow: string;
  readonly runId: number;
  readonly key: string | undefined;
  readonly stage: LineStep;
  readonly code: string;
  readonly message: string;
  readonly at: string | undefined;
  /** What of the record it is about. */
  readonly about: FaultSubject | undefined;
  readonly answer: TargetAnswer | undefined;
  readonly attempts: number;
  readonly state: ErrorState;
  readonly reason: string | undefined;
  /** Who settled it: a person, or who had it replayed. */
  readonly settledBy: string | undefined;
  /** The run in which its record got through. */
  readonly settledRun: number | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** What it has in common with others: see `causes`. */
  readonly cause: number | undefined;
  /** Who sees to it, and by what names it is found: of itself, beside those of its cause. */
  readonly assignee: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly mutedUntil: Date | undefined;
  /** Since when nothing is left of its record. */
  readonly erasedAt: Date | undefined;
}

/** Which errors are meant; all of them must fit. */
export interface ErrorFilter {
  readonly ids?: readonly number[];
  readonly flow?: string;
  /** Of one of these flows. */
  readonly flows?: FlowScope;
  readonly code?: string;
  /** The business key of the record. */
  readonly key?: string;
  /** One of these keys. */
  readonly keys?: readonly string[];
  readonly since?: Date;
  /** The message contains this, in whatever case. */
  readonly message?: string;
  /** The flow was this when the record failed. */
  readonly planHash?: string;
  /** One of these causes. */
  readonly causes?: readonly number[];
  /** Who sees to it, or to its cause. */
  readonly assignee?: string;
  /** It has this tag, or its cause does. */
  readonly tag?: string;
}

/** Of errors in the order of their ids. */
export interface ErrorRange {
  /** Only those with a larger id. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export async function listErrors(
  db: Database,
  filter: ErrorFilter & ErrorRange & { readonly states: readonly ErrorState[] },
): Promise<readonly DeadLetter[]> {
  const { after = 0, limit, states } = filter;
  const { rows } = await sql<ErrorRow>`
    select ${columns} from errors where ${matches(filter)} and state = any(${states}::text[]) and id > ${after}
    order by id limit ${limit}`.execute(db);
  return rows.map(toDeadLetter);
}

export interface ErrorGroup {
  readonly flow: string;
  readonly code: string;
  readonly stage: LineStep;
  readonly count: number;
  /** One of their messages, and one of their keys. */
  readonly message: string;
  readonly key: string | undefined;
  readonly newest: Date;
}

/** A group, and the smallest of its ids: by that it has its place among others. */
export type PlacedErrorGroup = ErrorGroup & { readonly first: number };

export interface GroupRange {
  readonly states?: readonly ErrorState[];
  /** Only those behind this one: count below zero, flow, code, first. */
  readonly after?: readonly (string | number)[] | undefined;
  readonly limit?: number;
}

/**
 * Errors by cause, the most first, those that are open if nothing else is said.
 */
export async function groupErrors(
  db: Database,
  filter: ErrorFilter,
  states?: readonly ErrorState[],
): Promise<readonly ErrorGroup[]> {
  const groups = await listErrorGroups(db, filter, states ? { states } : {});
  return groups.map(({ first: _first, ...group }) => group);
}

/** The same, some of them. */
export async function listErrorGroups(
  db: Database,
  filter: ErrorFilter,
  { states = ['open', 'replaying'], after, limit }: GroupRange,
): Promise<readonly PlacedErrorGroup[]> {
  const { rows } = await sql<Omit<PlacedErrorGroup, 'key'> & { key: string | null }>`
    select * from (
      select flow, code, stage, count(*) as count, (array_agg(message order by id))[1] as message,
             (array_agg(key order by id))[1] as key, max(updated_at) as newest, min(id) as first
      from errors where ${matches(filter)} and state = any(${states}::text[])
      group by flow, code, stage, cause_id
    ) as groups
    where ${after === undefined ? sql`true` : sql`(-count, flow, code, first) > (${sql.join(after)})`}
    order by -count, flow, code, first limit ${limit ?? null}::bigint`.execute(db);
  return rows.map((row) => ({ ...row, key: row.key ?? undefined }));
}

export async function loadError(
  db: Database,
  id: number,
): Promise<
  | {
      readonly error: DeadLetter;
      readonly record: StagedRecord | { readonly raw: string };
      /** What its target would not take. */
      readonly made: MadePayload | undefined;
    }
  | undefined
> {
  const { rows } = await sql<ErrorRow & { payload: Buffer; made: Buffer | null }>`
    select ${columns}, payload, made from errors where id = ${id}`.execute(db);
  const row = rows[0];
  if (row === undefined) return undefined;
  const made = row.made === null ? undefined : (unpack('made', row.made) as MadePayload);
  return { error: toDeadLetter(row), record: unpack('error', row.payload) as StagedRecord, made };
}

/** The condition of a filter, for the statements on errors. */
export function matches(filter: ErrorFilter): RawBuilder<unknown> {
  const parts = [sql`true`];
  if (filter.ids) parts.push(sql`id = any(${filter.ids}::bigint[])`);
  if (filter.flow !== undefined) parts.push(sql`flow = ${filter.flow}`);
  if (filter.code !== undefined) parts.push(sql`code = ${filter.code}`);
  if (filter.key !== undefined) parts.push(sql`key = ${filter.key}`);
  if (filter.keys !== undefined) parts.push(sql`key = any(${filter.keys}::text[])`);
  if (filter.flows !== undefined) parts.push(flowIn(sql`flow`, filter.flows));
  if (filter.since !== undefined) parts.push(sql`updated_at >= ${filter.since}`);
  if (filter.message !== undefined) parts.push(sql`position(lower(${filter.message}) in lower(message)) > 0`);
  if (filter.planHash !== undefined)
    parts.push(sql`run_id in (select id from runs where plan_hash = ${filter.planHash})`);
  if (filter.causes !== undefined) parts.push(sql`cause_id = any(${filter.causes}::int[])`);
  if (filter.assignee !== undefined) {
    parts.push(sql`(errors.assignee = ${filter.assignee} or (errors.assignee is null
      and cause_id = any(array(select id from causes where causes.assignee = ${filter.assignee}))))`);
  }
  if (filter.tag !== undefined) {
    parts.push(sql`((errors.tags <> '{}' and errors.tags @> array[${filter.tag}]::text[])
      or cause_id = any(array(select id from causes where causes.tags @> array[${filter.tag}]::text[])))`);
  }
  return sql.join(parts, sql` and `);
}

const columns = sql`
  id, flow, run_id, key, stage, code, message, at, about, answer, attempts, state, reason, settled_by, settled_run,
  created_at, updated_at, cause_id, assignee, tags, case when muted_until > now() then muted_until end as muted_until,
  erased_at`;

interface ErrorRow {
  readonly id: number;
  readonly flow: string;
  readonly run_id: number;
  readonly key: string | null;
  readonly stage: LineStep;
  readonly code: string;
  readonly message: string;
  readonly at: string | null;
  readonly about: FaultSubject | null;
  readonly answer: TargetAnswer | null;
  readonly attempts: number;
  readonly state: ErrorState;
  readonly reason: string | null;
  readonly settled_by: string | null;
  readonly settled_run: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly cause_id: number | null;
  readonly assignee: string | null;
  readonly tags: readonly string[];
  readonly muted_until: Date | null;
  readonly erased_at: Date | null;
}

function toDeadLetter(row: ErrorRow): DeadLetter {
  return {
    id: row.id,
    flow: row.flow,
    runId: row.run_id,
    key: row.key ?? undefined,
    stage: row.stage,
    code: row.code,
    message: row.message,
    at: row.at ?? undefined,
    about: row.about ?? undefined,
    answer: row.answer ?? undefined,
    attempts: row.attempts,
    state: row.state,
    reason: row.reason ?? undefined,
    settledBy: row.settled_by ?? undefined,
    settledRun: row.settled_run ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    cause: row.cause_id ?? undefined,
    assignee: row.assignee ?? undefined,
    tags: row.tags.length > 0 ? row.tags : undefined,
    mutedUntil: row.muted_until ?? undefined,
    erasedAt: row.erased_at ?? undefined,
  };
}
