import type { Found, WriteItem, WriteResult } from '../contract/connector.ts';
import { Fault, toFault } from '../contract/fault.ts';
import { loadXrefs, reserveXrefs, type Xref } from '../store/xrefs.ts';
import type { Line } from './deliver-batch.ts';
import type { Ended, Item, Mapped } from './item.ts';
import { retryDelayMs } from './retry-delay.ts';
import { verdictFor } from './verdict.ts';

/**
 * Writes to the target and says how it ended for each. A create is reserved before and confirmed with its outcome
 * after: a reservation found at the next attempt means that nobody knows, and `find` is asked before anything else.
 */
export async function writeRecords(line: Line, records: readonly Mapped[]): Promise<readonly Ended[]> {
  if (records.length === 0) return [];
  const keys = records.map(({ item }) => item.record.key);
  const xrefs = await loadXrefs(line.engine.db, line.scope, keys);
  const first = await carryOut(line, await planEffects(line, records, xrefs));
  const again = first.filter((done) => wantsAnotherLook(line, done));
  if (again.length === 0) return first.map((done) => endedBy(line, done));
  // The target knew more than we did: look these up, once, and do what is right now.
  const second = await carryOut(
    line,
    await planEffects(
      line,
      again.map((done) => done.record),
      new Map(),
    ),
  );
  return [...first.filter((done) => !again.includes(done)), ...second].map((done) => endedBy(line, done));
}

type Effect =
  | {
      readonly do: 'create' | 'update' | 'upsert' | 'delete';
      readonly record: Mapped;
      readonly id?: string;
      readonly etag?: string;
    }
  /** Already as it should be: nothing to write. */
  | { readonly do: 'nothing'; readonly record: Mapped; readonly id?: string }
  | { readonly do: 'fail'; readonly record: Mapped; readonly fault: Fault };

interface Done {
  readonly record: Mapped;
  readonly effect: Effect['do'];
  readonly result: WriteResult;
}

/** Decides what to do with each record, looking up at the target only those that it must. */
async function planEffects(
  line: Line,
  records: readonly Mapped[],
  xrefs: ReadonlyMap<string, Xref>,
): Promise<readonly Effect[]> {
  const { resource, write } = line.plan.target;
  const idOf = (record: Mapped) => xrefs.get(record.item.record.key)?.targetId;
  if (write === 'upsert' && resource.upsert) {
    return records.map((record) => ({ do: 'upsert', record, ...withId(idOf(record)) }));
  }
  const lookUp = records.filter((record) => {
    if (!resource.find) return false;
    const isReserved = xrefs.has(record.item.record.key) && idOf(record) === undefined;
    return write === 'create' ? isReserved : idOf(record) === undefined || resource.needsEtag === true;
  });
  const found = await findAll(line, lookUp);
  return records.map((record): Effect => {
    const hit = found.get(record);
    if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
    const known = idOf(record);
    if (known !== undefined && found.has(record) && !hit)
      return { do: 'fail', record, fault: goneFault(line, known) };
    const id = hit?.id ?? known;
    return effectFor(line, record, { ...withId(id), ...(hit?.etag !== undefined && { etag: hit.etag }) });
  });
}

function effectFor(
  line: Line,
  record: Mapped,
  known: { readonly id?: string; readonly etag?: string },
): Effect {
  const { write } = line.plan.target;
  if (write === 'create')
    return known.id === undefined ? { do: 'create', record } : { do: 'nothing', record, ...known };
  if (known.id !== undefined) return { do: write === 'delete' ? 'delete' : 'update', record, ...known };
  if (write === 'upsert') return { do: 'create', record };
  if (write === 'delete') return { do: 'nothing', record };
  // Without `find`, the record's own key is the only id there is.
  if (!line.plan.target.resource.find) return { do: 'update', record, id: record.item.record.key };
  const where = `${line.plan.target.connection}.${line.plan.target.resource.name}`;
  return {
    do: 'fail',
    record,
    fault: new Fault('TL_TARGET_NOT_FOUND', `${where} has no record with this key to update`),
  };
}

async function findAll(
  line: Line,
  records: readonly Mapped[],
): Promise<Map<Mapped, Found | Fault | undefined>> {
  const find = line.plan.target.resource.find;
  if (!find || records.length === 0) return new Map();
  const keys = records.map(({ item }) => item.record.key);
  try {
    const answers = await find(keys, line.signal);
    return new Map(records.map((record, index) => [record, answers[index]]));
  } catch (thrown) {
    const fault = toFault(thrown);
    if (verdictFor(fault).do !== 'park') throw fault;
    if (records.length === 1) return new Map([[records[0] as Mapped, fault]]);
    // One key among them spoils the answer for all (it is there twice, say): ask for each by itself.
    const single = await Promise.all(records.map((record) => findAll(line, [record])));
    return new Map(single.flatMap((map) => [...map]));
  }
}

async function carryOut(line: Line, effects: readonly Effect[]): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const kind of ['update', 'upsert', 'delete', 'create'] as const) {
    const group = effects.filter((effect) => effect.do === kind);
    if (group.length === 0) continue;
    if (kind === 'create') {
      const keys = group.map(({ record }) => record.item.record.key);
      await reserveXrefs(line.engine.db, line.scope, { runId: group[0]?.record.item.runId ?? 0, keys });
    }
    const results = await write(line, kind, group).catch((thrown: unknown): WriteResult[] => {
      // Nothing of this group was written. If others were, their outcomes must not be lost with it.
      if (done.length === 0) throw thrown;
      return group.map(() => ({ ok: false, fault: toFault(thrown) }));
    });
    group.forEach((effect, index) => {
      const result = results[index] ?? {
        ok: false,
        fault: new Fault('TL_DEFECT', 'the connector gave no result for it'),
      };
      done.push({ record: effect.record, effect: kind, result });
    });
  }
  for (const effect of effects) {
    if (effect.do === 'fail')
      done.push({ record: effect.record, effect: 'fail', result: { ok: false, fault: effect.fault } });
    if (effect.do === 'nothing')
      done.push({ record: effect.record, effect: 'nothing', result: { ok: true, ...withId(effect.id) } });
  }
  return done;
}

async function write(
  line: Line,
  kind: 'create' | 'update' | 'upsert' | 'delete',
  effects: readonly Effect[],
): Promise<readonly WriteResult[]> {
  const call = line.plan.target.resource[kind];
  if (!call) {
    const where = `${line.plan.target.connection}.${line.plan.target.resource.name}`;
    throw new Fault('TL_CONNECTION_CONFIG', `${where} has no \`${kind}\``);
  }
  return await call(
    effects.map((effect) => toWriteItem(line, effect)),
    line.signal,
  );
}

function toWriteItem(line: Line, effect: Effect): WriteItem {
  const { item, payload, fingerprint } = effect.record;
  return {
    key: item.record.key,
    payload,
    // The same effect has the same key on every attempt: flow, record, and what is written.
    idempotencyKey: `${line.plan.flow}:${item.record.key}:${fingerprint.toString('hex', 0, 8)}`,
    ...('id' in effect && withId(effect.id)),
    ...('etag' in effect && effect.etag !== undefined && { etag: effect.etag }),
  };
}

/** A create that met a record already there: somebody else made it, and now it is an update. */
function wantsAnotherLook(line: Line, done: Done): boolean {
  const { resource, write } = line.plan.target;
  if (done.result.ok || write !== 'upsert' || !resource.find) return false;
  return done.effect === 'create' && done.result.fault.code === 'TL_TARGET_DUPLICATE';
}

/** Creating it anew would be a second one where the first was only posted or archived: that is for a person to say. */
function goneFault(line: Line, id: string): Fault {
  const where = `${line.plan.target.connection}.${line.plan.target.resource.name}`;
  return new Fault(
    'TL_TARGET_NOT_FOUND',
    `${where} knew this record as ${id} and has it no longer: deleted, or posted?`,
  );
}

function endedBy(line: Line, { record, effect, result }: Done): Ended {
  const { item, fingerprint } = record;
  if (!result.ok) return holdOrFail(line, item, result.fault);
  if (effect === 'nothing') return { item, outcome: 'unchanged' };
  const targetId = effect === 'delete' ? undefined : (result.id ?? item.record.key);
  return { item, outcome: 'delivered', fingerprint, ...(targetId !== undefined && { targetId }) };
}

/** What becomes of a record that did not get through this time. */
export function holdOrFail(line: Line, item: Item, fault: Fault): Ended {
  const verdict = verdictFor(fault);
  const { retry } = line.plan;
  const fail: Ended = { item, outcome: 'failed', stage: 'write', fault };
  const nextTry = () => retryDelayMs(retry, item.attempts + 1, line.engine.random);
  const hold = (waitMs: number, countsAs: 0 | 1): Ended => ({
    item,
    outcome: 'held',
    waitMs,
    countsAs,
    fault,
  });
  switch (verdict.do) {
    case 'park':
      return fail;
    case 'wait':
      return hold(verdict.ms, 0);
    case 'pause':
      return hold(line.engine.limits.pauseMs, 0);
    case 'find':
    case 'retry': {
      if (item.attempts + 1 >= retry.attempts) return fail;
      return hold(verdict.do === 'retry' ? (verdict.afterMs ?? nextTry()) : nextTry(), 1);
    }
  }
}

function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
