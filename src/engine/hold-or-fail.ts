import { type Fault, toFault } from '../contract/fault.ts';
import type { Engine } from './engine.ts';
import type { Ended, Item } from './item.ts';
import type { Line } from './line.ts';
import { retryDelayMs } from './retry-delay.ts';
import { verdictFor } from './verdict.ts';

/** What becomes of a record that did not get through this time. */
export function holdOrFail(line: Line, item: Item, fault: Fault): Ended {
  const verdict = verdictFor(fault);
  const { retry } = line.plan;
  const hold = (waitMs: number, countsAs: 0 | 1): Ended => ({
    item,
    outcome: 'held',
    waitMs,
    countsAs,
    fault,
  });
  switch (verdict.do) {
    case 'wait':
      return hold(verdict.ms, 0);
    case 'pause':
      return hold(line.engine.limits.pauseMs, 0);
    case 'park':
      return { item, outcome: 'failed', stage: 'write', fault };
    case 'find':
    case 'retry': {
      if (item.attempts + 1 >= retry.attempts) return { item, outcome: 'failed', stage: 'write', fault };
      const asked = verdict.do === 'retry' ? verdict.afterMs : undefined;
      return hold(asked ?? retryDelayMs(retry, item.attempts + 1, line.engine.random), 1);
    }
  }
}

/** How long a whole batch waits: what stops all of it is no record's own fault, so no attempt is used up. */
export function batchWaitMs(engine: Engine, attempt: number, thrown: unknown): number {
  const verdict = verdictFor(toFault(thrown));
  switch (verdict.do) {
    case 'wait':
      return verdict.ms;
    case 'pause':
    case 'park':
      return engine.limits.pauseMs;
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
export function holdAll(line: Line, items: readonly Item[], thrown: unknown): readonly Ended[] {
  const fault = toFault(thrown);
  const waitMs = batchWaitMs(line.engine, 1, thrown);
  // No attempts are counted here: what has waited long already waits as long again, so that the pauses grow.
  const { pauseMs } = line.engine.limits;
  const grown = (item: Item) =>
    fault.kind === 'transient' && fault.retryAfterMs === undefined
      ? Math.min(item.heldForMs ?? 0, pauseMs)
      : 0;
  return items.map((item) => ({
    item,
    outcome: 'held',
    waitMs: Math.max(waitMs, Math.round(grown(item))),
    countsAs: 0,
    fault,
  }));
}
