import type { Page, SourceRecord } from '../contract/connector.ts';
import { Fault, toFault } from '../contract/fault.ts';
import { type IdleLane, insertBatches, type NewBatch, toStagedText } from '../store/batches.ts';
import { saveCursor } from '../store/cursors.ts';
import { keepErrors, type NewDeadLetter } from '../store/keep-errors.ts';
import { addCounts, type Run, renewRun } from '../store/runs.ts';
import { stageChunk } from '../store/stage-chunk.ts';
import type { Plan } from '../workspace/plan.ts';
import type { ShapeWatch } from './drift/watch-shape.ts';
import type { Engine } from './engine.ts';
import { holdForErrors } from './hold/hold-run.ts';
import { identifyRecord } from './identify-record.ts';
import { laneOf } from './lane-of.ts';

/**
 * Gathers pages until they are worth a transaction, then stages them: batches in their lanes, the cursor that
 * stands for the last whole page, and the errors of what could not be read, all or nothing.
 */
export class Stage {
  records = 0;
  readonly #engine: Engine;
  readonly #plan: Plan;
  readonly #run: Run;
  readonly #watch: ShapeWatch;
  #lanes: Map<number, { records: string[]; bytes: number }[]> = new Map();
  #letters: NewDeadLetter[] = [];
  #count = 0;
  #bytes = 0;
  #since: number;
  #cursor: string | undefined;
  #done: NonNullable<Page['done']>[] = [];
  /** The epochs at which lanes were woken: until one has moved on, its job is still on the way. */
  readonly #wokenAt: Map<number, number> = new Map();

  constructor(engine: Engine, plan: Plan, run: Run, watch: ShapeWatch) {
    this.#engine = engine;
    this.#plan = plan;
    this.#run = run;
    this.#watch = watch;
    this.#since = engine.clock.now();
  }

  async add(page: Page): Promise<void> {
    for (const source of page.records) {
      this.#count += 1;
      const staged = await this.#toStaged(source);
      if (!staged) continue;
      const { key, text } = staged;
      this.#bytes += text.length;
      const batches = this.#batchesOf(laneOf(key, this.#plan.delivery.lanes));
      const open = batches.at(-1);
      const last = open && open.records.length < this.#plan.delivery.batch ? open : { records: [], bytes: 0 };
      if (last !== open) batches.push(last);
      last.records.push(text);
      last.bytes += text.length;
    }
    if (page.cursor !== undefined) this.#cursor = page.cursor;
    if (page.done) this.#done.push(page.done);
  }

  /** Enough for a transaction, or gathered for so long that the first records should be on their way. */
  isFull(): boolean {
    const { limits, clock } = this.#engine;
    const full = this.#plan.delivery.batch * this.#plan.delivery.lanes;
    // A clock that was set back has lost the time: then it is long enough as well.
    const waited = Math.abs(clock.now() - this.#since) >= 1_000;
    return this.#bytes >= limits.stageBytes || this.#count >= full || waited;
  }

  async flush(): Promise<void> {
    const batches: NewBatch[] = [...this.#lanes].flatMap(([lane, some]) =>
      some.map((batch) => ({ lane, ...batch })),
    );
    // A run over a range or a sample says nothing of what was changed outside of it: the cursor stays.
    const { since, until, limit } = this.#run.options;
    const cursor =
      since === undefined && until === undefined && limit === undefined ? this.#cursor : undefined;
    await this.#watch.keep({ flow: this.#run.flow, runId: this.#run.id });
    const isEmpty = this.#count === 0 && cursor === undefined;
    const idle = isEmpty ? [] : await this.#commit(batches, cursor);
    this.records += this.#count;
    const done = this.#done;
    this.#reset();
    await this.#wake(idle);
    for (const finish of done) await finish();
  }

  async #wake(idle: readonly IdleLane[]): Promise<void> {
    const { flow } = this.#run;
    const asleep = idle.filter(({ lane, epoch }) => this.#wokenAt.get(lane) !== epoch);
    for (const { lane, epoch } of asleep) this.#wokenAt.set(lane, epoch);
    await Promise.all(asleep.map(({ lane }) => this.#engine.wake.lane({ flow, lane })));
  }

  /** Answers the lanes that nobody works. */
  async #commit(batches: readonly NewBatch[], cursor: string | undefined): Promise<readonly IdleLane[]> {
    const { db, limits } = this.#engine;
    const { id: runId, flow } = this.#run;
    const { leaseMs } = limits;
    let idle: readonly IdleLane[] | undefined;
    if (this.#letters.length === 0) {
      idle = await stageChunk(db, { flow, runId, leaseMs, read: this.#count, batches, cursor });
    } else {
      await db.transaction().execute(async (tx) => {
        if (batches.length > 0) idle = await insertBatches(tx, { runId, flow }, batches);
        const letters = this.#letters.map((letter) => ({ ...letter, replaces: false }));
        await keepErrors(tx, flow, letters);
        await addCounts(tx, runId, { read: this.#count, failed: this.#letters.length });
        if (cursor !== undefined) await saveCursor(tx, { flow, cursor, runId });
        // A reader that stood still and was given up must not lay what it read then over what was read since.
        if (!(await renewRun(tx, runId, leaseMs))) throw givenUp(this.#run);
        idle ??= [];
      });
    }
    if (idle === undefined) throw givenUp(this.#run);
    if (this.#letters.length > 0) await holdForErrors(this.#engine, this.#plan, [runId]);
    return idle;
  }

  #reset(): void {
    this.#lanes = new Map();
    this.#letters = [];
    this.#count = 0;
    this.#bytes = 0;
    this.#cursor = undefined;
    this.#done = [];
    this.#since = this.#engine.clock.now();
  }

  #batchesOf(lane: number): { records: string[]; bytes: number }[] {
    const known = this.#lanes.get(lane);
    if (known) return known;
    const fresh: { records: string[]; bytes: number }[] = [];
    this.#lanes.set(lane, fresh);
    return fresh;
  }

  async #toStaged(source: SourceRecord): Promise<{ key: string; text: string } | undefined> {
    if ('fault' in source) {
      this.#reject(source.fault, source.raw);
      return undefined;
    }
    const native = source.record;
    this.#watch.see(native);
    const text = JSON.stringify(native) ?? 'null';
    try {
      const named = await identifyRecord(this.#plan, { native, text }, this.#engine.limits.maxRecordBytes);
      return { key: named.key, text: toStagedText(named, text) };
    } catch (thrown) {
      this.#reject(toFault(thrown), text.slice(0, this.#engine.limits.maxRecordBytes));
      return undefined;
    }
  }

  #reject(fault: Fault, raw: string): void {
    const { code, message, at, answer } = fault;
    this.#letters.push({
      runId: this.#run.id,
      record: undefined,
      raw,
      stage: 'read',
      code,
      message,
      at,
      answer,
      attempts: 1,
    });
  }
}

function givenUp({ id, flow }: Run): Fault {
  return new Fault('TL_LEASE_LOST', `run ${id} of ${flow} was held or given up meanwhile`);
}
