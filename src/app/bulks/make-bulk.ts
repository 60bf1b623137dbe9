import { Fault } from '../../contract/fault.ts';
import { type ReplayWay, usualWay } from '../../engine/bulks/replay-way.ts';
import type { BulkKind } from '../../store/bulks/bulks.ts';
import type { ErrorState } from '../../store/errors/errors.ts';
import { countErrors } from '../../store/errors/find-errors.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type ErrorWish, openStates, requireNamed } from '../errors/error-filter.ts';
import { openIfNone } from '../errors/list-errors.ts';
import { type Deed, forecastSettle } from '../errors/settle-errors.ts';
import { databaseOf, type OpenDatabase } from '../open/open-database.ts';
import { compilePatch } from '../patch/compile-patch.ts';
import type { PatchWish } from '../patch/patch.ts';
import { expectPlan } from '../replay/expect-plan.ts';
import { prepareReplay, tellOutside } from '../replay/prepare-replay.ts';
import { makeReplay } from '../replay/replay-errors.ts';
import { type BulkDocument, toBulkDocument } from './bulk-document.ts';
import { requireBulk } from './bulks.ts';
import { makeSettleSet } from './make-settle-set.ts';

/** What is to be done about errors, as a set. */
export interface BulkWish {
  readonly kind: BulkKind;
  /** `flows`: those over which whoever asks may do it. */
  readonly errors: ErrorWish;
  /** Of a replay. */
  readonly patch?: PatchWish;
  readonly way?: ReplayWay;
  /** A plan that has to be true still. */
  readonly expect?: string;
}

export interface BulkDecision {
  readonly by: string;
  readonly reason?: string | undefined;
}

export interface MadeBulk {
  /** Absent: nothing fits, or there is no whole record to any of the errors. */
  readonly bulk?: BulkDocument;
  /** Of a filter: how many errors in the same states are not in the set. */
  readonly outside?: number;
  readonly notes?: readonly string[];
  /** Where none fits: how many are open in all. */
  readonly open?: number;
}

/** Where a set is made. An engine is asked for only by what needs one. */
export interface BulkTools {
  readonly open: OpenDatabase;
  useEngine<Result>(use: (runtime: Runtime) => Promise<Result>): Promise<Result>;
  /** Ends the asking of targets. */
  readonly signal: AbortSignal;
}

/**
 * Freezes errors as a set, by ids and versions as they are now: whichever process of the engine has time works it off.
 * Throws as `checkErrorWish`; TL_CONFLICT where the plan that is expected is not true any more; TL_ARGUMENT_INVALID where
 * nothing is named, or the patch does not come to anything.
 */
export async function makeBulk(tools: BulkTools, wish: BulkWish, decision: BulkDecision): Promise<MadeBulk> {
  const { kind, patch } = wish;
  const isByTable = patch?.changes.some((change) => change.kind === 'table') === true;
  if (!isByTable) requireNamed(wish.errors);
  if (kind === 'replay')
    return await tools.useEngine((runtime) => makeReplaySet(runtime, wish, { ...decision, ...tools }));
  requireNoReplay(wish);
  return await makeSettling(tools.open, { deed: kind, errors: wish.errors }, decision);
}

function requireNoReplay({ kind, patch, way, expect }: BulkWish): void {
  const given = Object.entries({ patch, way, expect }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  const [name] = given;
  throw new Fault('TL_ARGUMENT_INVALID', `${name}: is for replays only, and this is to ${kind}`);
}

async function makeReplaySet(
  runtime: Runtime,
  { errors, patch, way = usualWay, expect }: BulkWish,
  { by, reason, signal }: BulkDecision & Pick<BulkTools, 'signal'>,
): Promise<MadeBulk> {
  const compiled = patch && compilePatch(patch, runtime.plans.workspace());
  const prepared = await prepareReplay(runtime, errors, { patch: compiled, way });
  const open = databaseOf(runtime);
  if (prepared.flows.length === 0) return await nothingMade(open, errors, prepared.notes);
  const planHash =
    expect === undefined ? undefined : await expectPlan(runtime, prepared, { expected: expect, signal });
  const id = await makeReplay(runtime, prepared, { by, reason, planHash });
  if (id === undefined) return await nothingMade(open, errors, prepared.notes);
  const bulk = await toBulkDocument(open.db, await requireBulk(open.db, id));
  return await made(open, { bulk, errors, notes: prepared.notes, states: openStates });
}

async function makeSettling(
  open: OpenDatabase,
  { deed, errors }: { readonly deed: Deed; readonly errors: ErrorWish },
  decision: BulkDecision,
): Promise<MadeBulk> {
  const forecast = await forecastSettle(open, deed, errors);
  const { ids, states } = forecast;
  if (ids.length === 0) return await nothingMade(open, errors, forecast.notes);
  const { flows: _allowed, ...wish } = errors;
  const bulk = await makeSettleSet(open, { deed, ids, wish }, decision);
  const outside = deed === 'reopen' ? [] : await tellOutside(open.db, errors, ids.length);
  return await made(open, { bulk, errors, notes: [...forecast.notes, ...outside], states });
}

interface Made {
  readonly bulk: BulkDocument;
  readonly errors: ErrorWish;
  readonly notes: readonly string[];
  readonly states: readonly ErrorState[];
}

async function made({ db }: OpenDatabase, { bulk, errors, notes, states }: Made): Promise<MadeBulk> {
  const all = errors.ids === undefined ? await countErrors(db, { states, flows: errors.flows }) : undefined;
  return {
    bulk,
    ...(all !== undefined && { outside: Math.max(0, all - bulk.errors) }),
    ...(notes.length > 0 && { notes }),
  };
}

async function nothingMade(
  open: OpenDatabase,
  { flows }: ErrorWish,
  notes: readonly string[],
): Promise<MadeBulk> {
  return { ...(notes.length > 0 && { notes }), ...(await openIfNone(open, [], flows)) };
}
