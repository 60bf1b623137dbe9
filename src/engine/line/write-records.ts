import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { contradictedId } from '../../contract/id-faults.ts';
import type { Delivery } from '../../store/line/deliveries.ts';
import { fenceLane } from '../../store/line/lanes.ts';
import {
  beginDoubts,
  deleteReservedXrefs,
  type Reservation,
  reserveXrefs,
  type Xref,
} from '../../store/line/xrefs.ts';
import { heedAbsent } from '../absent/heed-absent.ts';
import { holdGivenUp, holdInDoubt, isRefusal, mayStillHappen, settleMsOf } from '../create/in-doubt.ts';
import { watchFound } from '../drift/watch-found.ts';
import { aboutOf, verdictFor } from '../verdict.ts';
import { askTarget, isInDoubt, isPartly, noteAnswer, openCircuitOf } from '../waiting/circuit.ts';
import { holdOrFail, holdWhile } from '../waiting/hold-or-fail.ts';
import { toIdempotencyKey } from './idempotency-key.ts';
import type { Ended, Item, Mapped, NotThrough } from './item.ts';
import type { Line } from './open-line.ts';
import { type Effect, faultOfId, planEffects, withId, writes } from './plan-effects.ts';

/** What is known of the records of a batch from before. */
interface KnownBefore {
  readonly xrefs: ReadonlyMap<string, Xref>;
  /** What the target was last given for a key. */
  readonly before: (key: string) => Delivery | undefined;
}

/**
 * Writes to the target and says how it ended for each. A create is reserved before and confirmed with its outcome
 * after; what a reservation means that is found at the next attempt says `decideCreate`.
 */
export async function writeRecords(
  line: Line,
  records: readonly Mapped[],
  known: KnownBefore,
): Promise<readonly Ended[]> {
  if (records.length === 0) return [];
  const done = await effectAll(line, records, known);
  const outage = await findOutage(line, done);
  const awayMs = outage && (await openCircuitOf(line, outage));
  const answered = new Set(done.filter(({ result }) => isAnswer(result)).map(({ effect }) => effect.do));
  const settleMs = done.some(isFailedCreate) ? await settleMsOf(line.plan.target) : 0;
  const pausedMs = areForbidden(done) ? line.engine.limits.pauseMs : undefined;
  return done.map((one) => endedBy(line, one, { awayMs, pausedMs, settleMs, xrefs: known.xrefs, answered }));
}

async function effectAll(
  line: Line,
  records: readonly Mapped[],
  { xrefs, before }: KnownBefore,
): Promise<readonly Done[]> {
  const planned = await planEffects(line, records, xrefs);
  const first = await carryOut(line, await heed(line, planned.effects, before));
  // Only now: between asking for a record and creating it, nothing may take time.
  await watchFound(line, planned.answers);
  const met = first.filter((done) => metAnother(line, done));
  if (met.length === 0) return first;
  const again = await planEffects(
    line,
    met.map(({ effect }) => effect.record),
    new Map(),
  );
  const second = await carryOut(line, await heed(line, again.effects, before));
  return [...first.filter((done) => !met.includes(done)), ...second];
}

function heed(
  { engine, plan }: Line,
  effects: readonly Effect[],
  before: KnownBefore['before'],
): Promise<readonly Effect[]> {
  return heedAbsent({ db: engine.db, plan, members: engine.members }, effects, before);
}

/** What the system as a whole suffers from, if it is not these records that it minds. */
async function findOutage(line: Line, done: readonly Done[]): Promise<Fault | undefined> {
  // What we have stopped ourselves says nothing of the system.
  if (line.signal.aborted) return undefined;
  const asked = done.filter(({ effect }) => !['nothing', 'wait', 'giveUp', 'refuse'].includes(effect.do));
  const faults = asked.flatMap(({ result }) => (result.ok ? [] : [result.fault]));
  const said = faults.find((fault) => aboutOf(fault) === 'connection');
  if (said) return said;
  const doubt = faults.find((fault) => aboutOf(fault) === 'unclear');
  const isAnswered = asked.some(({ result }) => isAnswer(result));
  if (isAnswered) noteAnswer(line);
  if (isAnswered || !doubt || isPartly(line, doubt)) return undefined;
  const keys = asked.map(({ effect }) => effect.record.item.record.key);
  return isInDoubt(line, doubt, keys) ? doubt : await askTarget(line);
}

/** So many are forbidden or misconfigured, and none got through: it is not these that are meant. */
const manyForbidden = 3;

function areForbidden(done: readonly Done[]): boolean {
  const isAsked = ({ effect }: Done) => writes.some((each) => each === effect.do);
  const asked = done.filter(isAsked);
  const isForbidden = ({ result }: Done) => !result.ok && result.fault.kind === 'config';
  return asked.length >= manyForbidden && asked.every(isForbidden);
}

/** Did the target say what it thinks of this record? */
function isAnswer(result: WriteResult): boolean {
  return result.ok || aboutOf(result.fault) === 'record';
}

interface Done {
  readonly effect: Effect;
  readonly result: WriteResult;
  /** The id that it was written to. */
  readonly id?: string;
  /** Reserved for this very attempt: no earlier one is open. */
  readonly isFirst?: boolean;
}

async function carryOut(line: Line, effects: readonly Effect[]): Promise<readonly Done[]> {
  const done: Done[] = effects.flatMap((effect) => withoutWriting(effect));
  let written = false;
  for (const kind of writes) {
    const group = effects.filter((effect) => effect.do === kind);
    if (group.length === 0) continue;
    const reserved = kind === 'create' ? await reserve(line, group) : none;
    const items = group.map((effect) => toWriteItem(line, effect, reserved));
    const results = await write(line, kind, items).catch(async (thrown: unknown): Promise<WriteResult[]> => {
      // Nothing of this group was written. If others were, their outcomes must not be lost with it.
      const fault = toFault(thrown);
      const isUnwritten = aboutOf(fault) === 'connection' || fault.kind === 'config';
      if (!written && aboutOf(fault) !== 'unclear') {
        if (isUnwritten) await release(line, reserved);
        throw thrown;
      }
      return group.map(() => ({ ok: false, fault, ...(isUnwritten && { isUnwritten }) }));
    });
    written = true;
    group.forEach((effect, index) => {
      const isFirst = reserved.get(effect.record.item.record.key)?.isNew === true;
      const { id } = items[index] ?? {};
      done.push({ effect, result: results[index] ?? noResult, isFirst, ...withId(id) });
    });
  }
  return done;
}

type Reserved = ReadonlyMap<string, Reservation>;

const none: Reserved = new Map();

const noResult: WriteResult = {
  ok: false,
  fault: new Fault('TL_DEFECT', 'the connector gave no result for it'),
};

function withoutWriting(effect: Effect): readonly Done[] {
  switch (effect.do) {
    case 'fail':
    case 'giveUp':
    case 'refuse':
      return [{ effect, result: { ok: false, fault: effect.fault } }];
    case 'nothing':
    case 'wait':
      return [{ effect, result: { ok: true } }];
    case 'confirm':
      return [{ effect, result: { ok: true, id: effect.id } }];
    default:
      return [];
  }
}

async function reserve(line: Line, effects: readonly Effect[]): Promise<Reserved> {
  const keys = effects.map(({ record }) => record.item.record.key);
  return await reserveXrefs(line.engine.db, line.scope, { runId: effects[0]?.record.item.runId ?? 0, keys });
}

/** Nothing has come of these creates, and the batch waits as a whole: nobody has to look for them afterwards. */
async function release({ engine, scope, lease }: Line, reserved: Reserved): Promise<void> {
  if (reserved.size === 0) return;
  const isNew = (key: string) => reserved.get(key)?.isNew === true;
  await engine.db.transaction().execute(async (tx) => {
    await fenceLane(tx, lease);
    await deleteReservedXrefs(tx, scope, [...reserved.keys()].filter(isNew));
    // Before it was reserved once more, it had been waited for long enough.
    const older = [...reserved.keys()].filter((key) => !isNew(key));
    await beginDoubts(
      tx,
      scope,
      older.map((key) => ({ key, ms: 0 })),
    );
  });
}

async function write(
  line: Line,
  kind: (typeof writes)[number],
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  const call = line.plan.target.resource[kind];
  const where = `${line.plan.target.connection}.${line.plan.target.resource.name}`;
  if (!call) throw new Fault('TL_CONNECTION_CONFIG', `${where} has no \`${kind}\``);
  line.checkHold();
  try {
    return await call(items, line.signal);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (line.signal.aborted) {
      throw new Fault('TL_LEASE_LOST', `${where}: stopped before it was written`, { cause: thrown });
    }
    const { message } = toFault(thrown);
    throw new Fault('TL_DEFECT', `${where}: ${message}`, { cause: thrown });
  }
}

function toWriteItem(line: Line, effect: Effect, reserved: Reserved): WriteItem {
  const { item, payload } = effect.record;
  const since = reserved.get(item.record.key)?.since;
  return {
    key: item.record.key,
    payload,
    idempotencyKey: toIdempotencyKey(
      since === undefined ? partsOf(line, effect) : createdAs(line, item, since),
    ),
    ...('id' in effect && withId(effect.id)),
    ...('etag' in effect && effect.etag !== undefined && { etag: effect.etag }),
  };
}

/**
 * A create is one effect from its reservation until its outcome is known: over attempts, restarts, replays and newer
 * states of the record. One that was refused or deleted again is another one the next time.
 */
function createdAs({ scope }: Line, { record }: Item, since: string): readonly string[] {
  return ['create', scope.entity, scope.source, scope.target, record.key, since];
}

/** Anything else is one effect for each record staged, or held before it was sent: one that goes back to an earlier state is written once more. */
function partsOf({ plan }: Line, effect: Effect): readonly string[] {
  const { item, fingerprint } = effect.record;
  const place = item.record.stagedAs ?? `held ${item.heldId}`;
  return [effect.do, plan.flow, item.record.key, place, fingerprint];
}

/** A create that met a record already there: somebody else made it meanwhile, and now it is an update. */
function metAnother(line: Line, { effect, result }: Done): boolean {
  const { resource, write } = line.plan.target;
  if (result.ok || effect.do !== 'create' || write !== 'upsert' || !resource.find) return false;
  return result.fault.code === 'TL_TARGET_DUPLICATE';
}

function isFailedCreate({ effect, result }: Done): boolean {
  return effect.do === 'create' && !result.ok;
}

interface Knowledge {
  /** The system as a whole is away, and looked for again after this. */
  readonly awayMs: number | undefined;
  /** Nothing of this kind may be written over the connection, while other things may. */
  readonly pausedMs: number | undefined;
  /** How long it may be at work on a create that was given up. */
  readonly settleMs: number;
  /** What of it has got an answer. */
  readonly answered: ReadonlySet<Effect['do']>;
  /** What the records were known by before. */
  readonly xrefs: ReadonlyMap<string, Xref>;
}

function endedBy(line: Line, done: Done, known: Knowledge): Ended {
  const { effect, result } = done;
  const { item } = effect.record;
  if (effect.do === 'wait') return holdInDoubt(line, item, effect);
  if (effect.do === 'giveUp') return { item, outcome: 'failed', stage: 'write', fault: effect.fault };
  if (effect.do === 'refuse') return { item, outcome: 'failed', stage: 'validate', fault: effect.fault };
  if (!result.ok) return notThrough(line, { ...done, result }, known);
  if (effect.do === 'nothing') return { item, outcome: 'unchanged' };
  return through(line, { ...done, result }, known.xrefs.get(item.record.key)?.targetId);
}

/** @param known - the id that the record was known by before. */
function through(
  line: Line,
  { effect, result, id }: Done & { readonly result: Extract<WriteResult, { ok: true }> },
  known: string | undefined,
): Ended {
  const { item, fingerprint, measure, absence } = effect.record;
  const { key } = item.record;
  const isDelete = effect.do === 'delete';
  const targetId = isDelete ? (id ?? result.id ?? key) : (result.id ?? id ?? key);
  const fault =
    faultOfId(line.plan, targetId) ?? (isDelete ? undefined : contradictedId({ key, id }, result.id));
  // It is written, and stays reserved: whoever replays it asks for it first.
  if (fault) return { item, outcome: 'failed', stage: 'record', fault, doubtMs: 0 };
  return {
    item,
    outcome: 'delivered',
    fingerprint,
    ...(measure !== undefined && { measure }),
    ...(absence && { absence }),
    targetId,
    isNewId: !isDelete && targetId !== known && targetId !== key,
  };
}

type Failed = Done & { readonly result: Extract<WriteResult, { ok: false }> };

function notThrough(
  line: Line,
  { effect, result, isFirst }: Failed,
  { awayMs, pausedMs, settleMs, answered }: Knowledge,
): NotThrough {
  const { item } = effect.record;
  const { fault } = result;
  const isAway = awayMs !== undefined && aboutOf(fault) !== 'record';
  const waitMs = isAway ? awayMs : fault.kind === 'config' ? pausedMs : undefined;
  const isUnwritten = result.isUnwritten === true || isRefusal(fault);
  // Others may do the same, or are found: it is only this record that is locked.
  const isOthers = effect.do === 'fail' || answered.has(effect.do);
  const isOwn = fault.kind === 'config' && aboutOf(fault) === 'unclear' && isOthers;
  const end: NotThrough = {
    ...(isOwn
      ? { item, outcome: 'failed', stage: 'write', fault }
      : waitMs !== undefined
        ? holdWhile(line, item, { fault, ms: waitMs })
        : holdOrFail(line, item, fault)),
    ...(isUnwritten && { isUnwritten }),
  };
  if (effect.do !== 'create') return end;
  if (isRefusal(fault) || (isFirst && isUnwritten)) return { ...end, isUndone: true };
  if (settleMs === 0) return end;
  // It was sent only where no earlier attempt could be under way: what is known of this one is true of all.
  if (!mayStillHappen(result)) return { ...end, doubtMs: 0 };
  return isAway || verdictFor(fault).do === 'park'
    ? { ...end, doubtMs: settleMs }
    : holdGivenUp(line, item, { fault, settleMs });
}
