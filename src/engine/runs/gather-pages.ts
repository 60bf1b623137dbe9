import type { Page, SourceRecord } from '../../contract/connector.ts';
import { type Fault, toFault } from '../../contract/fault.ts';
import { andThen, orElse, type Soon } from '../../contract/soon.ts';
import { toRawText } from '../../contract/text/raw-text.ts';
import type { KeptLetter } from '../../store/errors/keep-errors.ts';
import { type IdleLane, type StagedRecord, toStagedText } from '../../store/line/batches.ts';
import type { Run } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { stopForErrors } from '../approval/pass-guards.ts';
import { toUnread } from '../decisions/keep-unread.ts';
import { stageDivided } from '../divide/stage-divided.ts';
import type { ShapeWatch } from '../drift/watch-shape.ts';
import type { Engine } from '../engine.ts';
import { createLaneBatches, type LaneBatches, laneOf } from '../lanes/lane-batches.ts';
import { type IdentifiedRecord, identifyRecord } from '../line/identify-record.ts';
import type { Item } from '../line/item.ts';
import { createBatchTally, noteBatch } from '../notes/batch-tally.ts';
import type { ReadingWatch } from '../notes/watch-reading.ts';
import { createUnchangedFinder, type UnchangedFinder } from './find-unchanged.ts';

/** A run that is being read. */
export interface RunReading {
  readonly plan: Plan;
  readonly run: Run;
  readonly watch: ShapeWatch;
  readonly reading: ReadingWatch;
  /** Aborted when it is to stop, or is not this reader's any more. */
  readonly signal: AbortSignal;
}

/**
 * Gathers pages until they are worth a transaction, then stages them: batches in their lanes, the cursor that
 * stands for the last whole page, and the errors of what could not be read, all or nothing.
 */
export class PageGatherer {
  records = 0;
  /** Of the last whole page that is staged; of a run that moves no cursor of its flow as well. */
  cursor: string | undefined;
  readonly #engine: Engine;
  readonly #plan: Plan;
  readonly #run: Run;
  readonly #watch: ShapeWatch;
  readonly #reading: ReadingWatch;
  readonly #signal: AbortSignal;
  readonly #staged: { count: number };
  readonly #findUnchanged: UnchangedFinder;
  #lanes: LaneBatches;
  #letters: KeptLetter[] = [];
  #unchanged = 0;
  #tally = createBatchTally();
  #count = 0;
  #bytes = 0;
  #since: number;
  #cursor: string | undefined;
  #done: NonNullable<Page['done']>[] = [];
  /** The epochs at which lanes were woken: until one has moved on, its job is still on the way. */
  readonly #wokenAt: Map<number, number> = new Map();

  constructor(engine: Engine, { plan, run, watch, reading, signal }: RunReading) {
    this.#engine = engine;
    this.#plan = plan;
    this.#run = run;
    this.#watch = watch;
    this.#reading = reading;
    this.#signal = signal;
    this.#staged = { count: run.counts.read };
    this.#since = engine.clock.now();
    this.#lanes = createLaneBatches(plan.delivery.batch);
    this.#findUnchanged = createUnchangedFinder({ engine, plan, run, signal });
  }

  async add(page: Page): Promise<void> {
    this.#reading.seePage(page);
    const texts = new Map<Item, string>();
    for (const source of page.records) {
      this.#count += 1;
      const identifying = this.#identify(source, texts);
      if (identifying !== undefined) await identifying;
    }
    const unchanged = await this.#findUnchanged([...texts.keys()], this.#tally);
    this.#unchanged += unchanged.size;
    for (const [item, native] of texts) {
      if (unchanged.has(item)) continue;
      const text = toStagedText(item.record, native);
      this.#bytes += text.length;
      this.#lanes.add(laneOf(item.record.key, this.#plan.delivery.lanes), text);
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
    const batches = this.#lanes.all();
    // A run over a range or a sample says nothing of what was changed outside of it: the cursor stays.
    const { since, until, limit } = this.#run.options;
    const cursor =
      since === undefined && until === undefined && limit === undefined ? this.#cursor : undefined;
    await this.#watch.keep({ flow: this.#run.flow, runId: this.#run.id });
    const isEmpty = this.#count === 0 && cursor === undefined;
    const letters = this.#letters;
    const staging = {
      engine: this.#engine,
      run: this.#run,
      signal: this.#signal,
      staged: this.#staged,
    };
    const unchanged = this.#unchanged;
    const idle = isEmpty ? [] : await stageDivided(staging, { batches, letters, unchanged, cursor });
    await noteBatch({ engine: this.#engine, plan: this.#plan, tally: this.#tally });
    if (letters.length > 0) await stopForErrors(this.#engine, this.#plan, [this.#run.id]);
    this.records += this.#count;
    this.cursor = this.#cursor ?? this.cursor;
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

  #reset(): void {
    this.#lanes = createLaneBatches(this.#plan.delivery.batch);
    this.#letters = [];
    this.#unchanged = 0;
    this.#tally = createBatchTally();
    this.#count = 0;
    this.#bytes = 0;
    this.#cursor = undefined;
    this.#done = [];
    this.#since = this.#engine.clock.now();
  }

  /** Into `texts`, with its JSON, in its turn; returns a promise only where something has to be waited for. */
  #identify(source: SourceRecord, texts: Map<Item, string>): Soon<void> {
    if ('fault' in source) return this.#reject(source.fault, source.raw);
    const native = source.record;
    const { maxRecordBytes } = this.#engine.limits;
    this.#watch.see(native);
    return orElse(
      () =>
        andThen(identifyRecord(this.#plan, native, maxRecordBytes), (named) =>
          this.#take(named, native, texts),
        ),
      (thrown) => this.#reject(toFault(thrown), toRawText(native, maxRecordBytes)),
    );
  }

  #take({ key, version, text }: IdentifiedRecord, native: unknown, texts: Map<Item, string>): void {
    this.#reading.seeRecord(version);
    const record: StagedRecord = {
      key,
      ...(version !== undefined && { version }),
      native,
      ...(this.#run.options.force && { isForced: true as const }),
    };
    texts.set({ record, runId: this.#run.id, attempts: 0 }, text);
  }

  #reject(fault: Fault, raw: string): void {
    this.#letters.push(toUnread(this.#run.id, fault, raw));
  }
}
