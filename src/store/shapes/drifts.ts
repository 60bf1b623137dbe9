import { type RawBuilder, sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { Sealable } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { toJsonb } from '../postgres/storable.ts';

export type DriftState = 'open' | 'accepted' | 'resolved';

/** A field that is not as before, as it was met so far. No value of any record. */
export interface Drift {
  readonly id: number;
  readonly flow: string;
  readonly side: 'source' | 'target';
  readonly connection: string;
  readonly resource: string;
  /** The entity whose schema it does not meet; empty: the records of the system are meant. */
  readonly entity: string;
  readonly path: string;
  readonly kind: 'new' | 'missing' | 'retyped' | 'unfit' | 'refused';
  readonly expected: string;
  readonly got: string;
  /** What came, masked. */
  readonly sample: string | undefined;
  /** Records, each attempt at one counted. */
  readonly count: number;
  /** The run that met it last. */
  readonly run: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly state: DriftState;
  /** When somebody closed it; absent while it is open. */
  readonly closedAt?: Date;
}

/** What was met in a batch, each once, with the number of records that had it. */
export interface NewDrift extends Pick<Drift, 'entity' | 'kind' | 'path' | 'expected' | 'got' | 'sample'> {
  readonly rule: string;
  readonly segments: readonly string[];
  readonly count: number;
}

export interface DriftPlace {
  readonly flow: string;
  readonly runId: number;
  readonly side: 'source' | 'target';
  readonly connection: string;
  readonly resource: string;
  readonly shapeId: number | undefined;
}

/** So many are open of a flow at most: beyond that nobody reads them one by one. */
export const maxOpen = 500;

/**
 * Counts what was met: more of what is open, nothing of what was accepted, and what was resolved is open again. Returns
 * what is open only now. Beyond `maxOpen`, nothing new is.
 */
export async function recordDrifts(
  db: Database,
  at: DriftPlace,
  met: readonly NewDrift[],
): Promise<readonly Pick<Drift, 'id' | 'path' | 'kind'>[]> {
  if (met.length === 0) return [];
  // In one order, so that two lanes cannot lock each other out.
  const sorted = met.toSorted((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1));
  const { rows } = await sql<Pick<Drift, 'id' | 'path' | 'kind'> & { is_open_now: boolean }>`
    insert into drifts as known (flow, side, connection, resource, entity, kind, path, rule, segments, shape_id,
                                 expected, got, sample, count, run_id)
    select ${at.flow}, ${at.side}, ${at.connection}, ${at.resource}, entity, kind, path, rule,
           array(select jsonb_array_elements_text(segments)), ${at.shapeId ?? null}::bigint,
           expected, got, sample, count, ${at.runId}::bigint
    from jsonb_to_recordset(${sealDrifts(sorted)}::jsonb) as met (
      entity text, kind text, path text, rule text, segments jsonb, expected text, got text, sample text, count bigint)
    where (select count(*) from drifts where flow = ${at.flow} and state = 'open') < ${maxOpen}
      or exists (select 1 from drifts as same where same.flow = ${at.flow} and same.path = met.path and same.kind = met.kind)
    on conflict (flow, side, connection, resource, entity, kind, path, rule) do update
    set count = case when known.state = 'open' then known.count else 0 end + excluded.count,
        first_at = case when known.state = 'open' then known.first_at else excluded.first_at end,
        last_at = excluded.last_at, run_id = excluded.run_id, expected = excluded.expected, got = excluded.got,
        sample = coalesce(excluded.sample, known.sample), shape_id = coalesce(excluded.shape_id, known.shape_id),
        state = 'open', closed_at = null
    where known.state <> 'accepted'
    returning id, path, kind, first_at = last_at as is_open_now`.execute(db);
  return rows.filter((row) => row.is_open_now).map(({ id, path, kind }) => ({ id, path, kind }));
}

/** What came is what a record said, masked or not. */
function sealDrifts(met: readonly NewDrift[]): Sealable {
  return new Sealable((seal) =>
    toJsonb(
      met.map(({ expected, got, sample, ...rest }) => ({
        ...rest,
        ...{ expected: seal.text(expected), got: seal.text(got) },
        ...(sample !== undefined && { sample: seal.text(sample) }),
      })),
    ),
  );
}

function identityOf({ entity, kind, path, rule }: NewDrift): string {
  return [entity, kind, path, rule].join('\n');
}

/** Which open drifts are meant; all of it must fit. */
export interface DriftFilter {
  readonly ids?: readonly number[];
  readonly flow?: string;
  /** Only those of these flows. */
  readonly flows?: FlowScope | undefined;
}

/** Only drifts behind this one: connection, resource, side, path, kind, id. So many of them, and open ones if nothing else is said. */
export interface DriftRange {
  readonly states?: readonly DriftState[];
  readonly after?: readonly (string | number)[] | undefined;
  readonly limit?: number;
}

export async function listDrifts(
  db: Database,
  filter: DriftFilter,
  { after, limit, states = ['open'] }: DriftRange = {},
): Promise<readonly Drift[]> {
  const { rows } = await sql<DriftRow>`
    select * from drifts where ${matches(filter)} and state = any(${states}::text[])
      and ${after === undefined ? sql`true` : sql`(connection, resource, side, path, kind, id) > (${sql.join(after)})`}
    order by connection, resource, side, path, kind, id limit ${limit ?? null}::bigint`.execute(db);
  return rows.map(toDrift);
}

/** How many fields of which resource are not as before, of one flow or of all, met last by one of these runs or by any. */
export interface DriftCount {
  readonly connection: string;
  readonly resource: string;
  readonly fields: number;
}

interface DriftsMeant {
  readonly flow?: string | undefined;
  readonly flows?: FlowScope | undefined;
  readonly runs?: readonly number[];
}

export async function countDrifts(
  db: Database,
  { flow, flows = 'all', runs }: DriftsMeant,
): Promise<readonly DriftCount[]> {
  const { rows } = await sql<DriftCount>`
    select connection, resource, count(distinct path) as fields from drifts
    where state = 'open' and ${flow === undefined ? sql`true` : sql`flow = ${flow}`}
      and ${runs === undefined ? sql`true` : sql`run_id = any(${runs}::bigint[])`} and ${flowIn(sql`flow`, flows)}
    group by connection, resource order by connection, resource`.execute(db);
  return rows;
}

/** What closing a drift needs to know of it. */
export interface ClosingDrift {
  readonly id: number;
  readonly kind: Drift['kind'];
  readonly path: string;
  readonly rule: string;
  readonly segments: readonly string[];
  readonly got: string;
  readonly shapeId: number | null;
}

export async function findShapesOf(db: Database, filter: DriftFilter): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct shape_id as id from drifts
    where ${matches(filter)} and state = 'open' and shape_id is not null`.execute(db);
  return rows.map(({ id }) => id);
}

/** Open drifts, locked, with those of other flows that are the same change of the same records. */
export async function lockDrifts(tx: Database, filter: DriftFilter): Promise<readonly ClosingDrift[]> {
  const { rows } = await sql<ClosingDrift>`
    select id, kind, path, rule, segments, got, shape_id as "shapeId" from drifts
    where state = 'open' and (${matches(filter)} or (shape_id, kind, path, rule) in (
      select shape_id, kind, path, rule from drifts where ${matches(filter)} and state = 'open'))
    order by id for update`.execute(tx);
  return rows;
}

export async function closeDrifts(
  tx: Database,
  ids: readonly number[],
  state: Exclude<DriftState, 'open'>,
): Promise<void> {
  await sql`
    update drifts set state = ${state}, closed_at = now() where id = any(${ids}::bigint[])`.execute(tx);
}

/** The flows of what closing these would close: those of other flows that are the same change of the same records as well. */
export async function listFlowsOfDrifts(db: Database, filter: DriftFilter): Promise<readonly string[]> {
  const { rows } = await sql<{ flow: string }>`
    select distinct flow from drifts
    where state = 'open' and (${matches(filter)} or (shape_id, kind, path, rule) in (
      select shape_id, kind, path, rule from drifts where ${matches(filter)} and state = 'open'))
    order by flow`.execute(db);
  return rows.map(({ flow }) => flow);
}

function matches({ ids, flow, flows = 'all' }: DriftFilter): RawBuilder<boolean> {
  return sql`${ids === undefined ? sql`true` : sql`id = any(${ids}::bigint[])`}
    and ${flow === undefined ? sql`true` : sql`flow = ${flow}`} and ${flowIn(sql`flow`, flows)}`;
}

interface DriftRow extends Omit<Drift, 'run' | 'sample' | 'firstAt' | 'lastAt' | 'closedAt'> {
  readonly run_id: number;
  readonly sample: string | null;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly closed_at: Date | null;
}

function toDrift(row: DriftRow): Drift {
  const { id, flow, side, connection, resource, entity, path, kind, expected, got, sample, count } = row;
  return {
    id,
    flow,
    side,
    connection,
    resource,
    entity,
    path,
    kind,
    expected,
    got,
    sample: sample ?? undefined,
    count,
    run: row.run_id,
    firstAt: row.first_at,
    lastAt: row.last_at,
    state: row.state,
    ...(row.closed_at && { closedAt: row.closed_at }),
  };
}
