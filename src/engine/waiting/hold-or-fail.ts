import { type Fault, toFault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import type { Engine } from '../engine.ts';
import type { Item, ItemEnd, NotThrough } from '../line/item.ts';
import type { Line } from '../line/open-line.ts';
import { aboutOf, verdictFor } from '../verdict.ts';
import { isPartly, openCircuitOf } from './circuit.ts';
import { retryDelayMs } from './retry-delay.ts';

/** What becomes of a record that did not get through this time. */
export function holdOrFail(line: Line, item: Item, fault: Fault): NotThrough {
  const verdict = verdictFor(fault);
  switch (verdict.do) {
    case 'wait':
      return holdWhile(line, item, { fault, ms: verdict.ms });
    case 'pause': {
      const wait = { fault, ms: line.engine.limits.pauseMs };
      // What may be meant is this record: nothing else has opened the circuit of the connection.
      return rowOf(fault.code).usesAttempt ? attemptAgain(line, item, wait) : holdWhile(line, item, wait);
    }
    case 'park':
      return { item, outcome: 'failed', stage: 'write', fault };
    case 'find':
    case 'retry': {
      const asked = verdict.do === 'retry' ? verdict.afterMs : undefined;
      const { retry } = line.plan;
      return attemptAgain(line, item, {
        fault,
        ms: asked ?? retryDelayMs(retry, item.attempts + 1, line.engine.random),
      });
    }
  }
}

interface Wait {
  readonly fault: Fault;
  readonly ms: number;
}

/** Waits for a system that is away: no attempt is used up, unless it has only asked for patience, for a day. */
export function holdWhile(line: Line, item: Item, wait: Wait): NotThrough {
  const isOverdue = (item.heldForMs ?? 0) >= line.engine.limits.throttledForMs;
  if (wait.fault.kind === 'throttled' && isOverdue) return attemptAgain(line, item, wait);
  return hold(item, { ...wait, countsAs: 0 });
}

function attemptAgain({ plan }: Line, item: Item, wait: Wait): NotThrough {
  const isLast = item.attempts + 1 >= plan.retry.attempts;
  return isLast
    ? { item, outcome: 'failed', stage: 'write', fault: wait.fault }
    : hold(item, { ...wait, countsAs: 1 });
}

function hold(item: Item, { fault, ms, countsAs }: Wait & { readonly countsAs: 0 | 1 }): NotThrough {
  return { item, outcome: 'held', waitMs: ms, countsAs, fault };
}

/** How long a whole batch waits: what stops all of it is no record's own fault, so no attempt is used up. */
export async function batchWaitMs(line: Line, attempt: number, thrown: unknown): Promise<number> {
  const fault = toFault(thrown);
  return aboutOf(fault) === 'record' || isPartly(line, fault)
    ? postponeMs(line.engine, attempt, fault)
    : await openCircuitOf(line, fault);
}

/** As `batchWaitMs`, where not even the line could be opened. */
export function postponeMs(engine: Engine, attempt: number, fault: Fault): number {
  const verdict = verdictFor(fault);
  switch (verdict.do) {
    case 'wait':
      return verdict.ms;
    case 'pause':
      return engine.limits.pauseMs;
    case 'park':
    case 'find':
    case 'retry': {
      const asked = verdict.do === 'retry' ? verdict.afterMs : undefined;
      return (
        asked ?? retryDelayMs({ ...batchRetry, maxDelayMs: engine.limits.pauseMs }, attempt, engine.random)
      );
    }
  }
}

const batchRetry = { attempts: Number.POSITIVE_INFINITY, delayMs: 1_000, factor: 2, jitter: true };

/** All of these wait, e.g. because the target went away between two parts of a batch. */
export async function holdAll(
  line: Line,
  items: readonly Item[],
  thrown: unknown,
): Promise<readonly ItemEnd[]> {
  const fault = toFault(thrown);
  const ms = await batchWaitMs(line, 1, thrown);
  return items.map((item) => holdWhile(line, item, { fault, ms }));
}
