import { hash } from 'node:crypto';
import type { WriteItem, WriteResult } from '../../../contract/connector.ts';
import { Fault, toFault } from '../../../contract/fault.ts';
import { present } from '../../../contract/present.ts';
import { fenceLane } from '../../../store/line/lanes.ts';
import {
  beginDoubts,
  deleteReservedXrefs,
  type Reservation,
  reserveXrefs,
} from '../../../store/line/xrefs.ts';
import { aboutOf } from '../../verdict.ts';
import { type ForTarget, withId, writes } from '../decide/effect.ts';
import type { Item } from '../item.ts';
import type { Line } from '../open-line.ts';

/** What was done about a record, and what the target said. */
export interface Done {
  readonly effect: ForTarget;
  readonly result: WriteResult;
  /** The id that it was written to. */
  readonly id?: string;
  /** Reserved for this very attempt: no earlier one is open. */
  readonly isFirst?: boolean;
}

/**
 * Writes to the target, kind by kind. A create is reserved before it is sent; what a reservation means that is found at the
 * next attempt says `decideCreate`.
 */
export async function send(line: Line, effects: readonly ForTarget[]): Promise<readonly Done[]> {
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

function withoutWriting(effect: ForTarget): readonly Done[] {
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

async function reserve(line: Line, effects: readonly ForTarget[]): Promise<Reserved> {
  const keys = effects.map(({ record }) => record.item.record.key);
  const { item } = present(effects[0], 'an effect to reserve for').record;
  return await reserveXrefs(line.engine.db, line.scope, { runId: item.runId, keys });
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
  line.checkLease();
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

function toWriteItem(line: Line, effect: ForTarget, reserved: Reserved): WriteItem {
  const { item, payload, text } = effect.record;
  const since = reserved.get(item.record.key)?.since;
  return {
    ...{ key: item.record.key, payload, text },
    // Only worked out where it is sent, which few systems want.
    get idempotencyKey() {
      return toIdempotencyKey(since === undefined ? partsOf(line, effect) : createdAs(line, item, since));
    },
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
function partsOf({ plan }: Line, effect: ForTarget): readonly string[] {
  const { item, fingerprint } = effect.record;
  const place = item.record.stagedAs ?? `held ${item.heldId}`;
  return [effect.do, plan.flow, item.record.key, place, fingerprint];
}

/**
 * The name of an effect as a target is told it: the same parts give the same key, in any process. Written as a UUID
 * (RFC 9562, version 8: of a hash of our own), since systems differ in how long a key may be and what may stand in it;
 * nothing of the record can be read from it.
 */
export function toIdempotencyKey(parts: readonly string[]): string {
  const digest = hash('sha256', JSON.stringify(parts), 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
