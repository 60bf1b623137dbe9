import type { SharedTurns, TurnWindow } from '../../contract/shared-limits.ts';
import { createPacer, machineTime, type Pacer, type PacerTime } from './create-pacer.ts';
import { closed, createWaitingLine } from './create-waiting-line.ts';

/** A twentieth of a second's requests: few enough to be smooth, and at most about twenty statements a second. */
export function planWindow(requestsPerSecond: number): TurnWindow {
  const turns = Math.max(1, Math.ceil(requestsPerSecond / 20));
  return { turns, ms: Math.ceil((turns * 1_000) / requestsPerSecond) };
}

/** What was taken and not used goes to waste after this: saved up, it would come on top of what others take. */
const spendMs = 100;

/** More than was needed lately: to ask twice in a window costs a statement. */
const spareFactor = 1.25;

/** Who had turns of the last windows asks so much later for the next, so that all get theirs. */
const politeMs = 4;
const politeWindows = 3;

/** A window that begins late, since timers, messages and the polite are, ends as if it had begun so much earlier. */
const lateMs = 20;

/**
 * A pacer whose turns are dealt out to all processes of a connection: it takes as many of a window as it is likely to
 * need within it, and spreads them evenly.
 */
export function createSharedPacer(
  requestsPerSecond: number,
  openTurns: (window: TurnWindow) => SharedTurns,
  time: PacerTime = machineTime,
): Pacer {
  const window = planWindow(requestsPerSecond);
  const turns = openTurns(window);
  const local = createPacer(requestsPerSecond, time);
  const line = createWaitingLine();
  const closing = new AbortController();
  let left = 0;
  let leftUntil = 0;
  let heldUntil = 0;
  /** The window under way has no more turns before this. */
  let spentUntil = 0;
  let spent = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let windowEnd = Number.NEGATIVE_INFINITY;
  /** Windows that others had to themselves since we last had a turn. */
  let missed = 0;
  let isDealing = false;
  let dealing = Promise.resolve();

  const spend = (): boolean => {
    if (left === 0 || time.now() >= leftUntil) return false;
    left -= 1;
    spent += 1;
    return true;
  };

  const ask = async (): Promise<void> => {
    const sentAt = time.now();
    const likely = Math.ceil((spareFactor * spent * window.ms) / Math.max(1, sentAt - askedAt));
    const count = Math.min(window.turns, Math.max(1, likely, line.size));
    askedAt = sentAt;
    spent = 0;
    const late = sentAt - windowEnd;
    const madeUpMs = late >= 0 && late <= window.ms ? Math.min(late, lateMs, window.ms / 3) : 0;
    // While nobody answers, nobody goes; the signals of those who wait end that.
    const { granted, waitMs } = await turns
      .take(count, Math.ceil(window.ms - madeUpMs))
      .catch(() => ({ granted: 0, waitMs: window.ms }));
    const now = time.now();
    left = now < heldUntil ? 0 : granted;
    leftUntil = now + spendMs;
    missed = granted === 0 ? missed + 1 : 0;
    windowEnd = now + waitMs;
    if (granted === count && count < window.turns) return;
    spentUntil = windowEnd + Math.min(politeMs, window.ms / 16) * Math.max(0, politeWindows - missed);
  };

  const deal = async (): Promise<void> => {
    while (line.size > 0) {
      closing.signal.throwIfAborted();
      const pauseMs = Math.max(heldUntil, spentUntil) - time.now();
      if (pauseMs > 0) await time.wait(Math.ceil(pauseMs), closing.signal);
      else await ask();
      while (line.size > 0 && spend()) line.call();
    }
  };

  const startDealing = async (): Promise<void> => {
    isDealing = true;
    try {
      await deal();
    } catch (reason) {
      line.dismiss(reason);
    } finally {
      isDealing = false;
    }
  };

  return {
    take(signal) {
      if (line.size === 0 && spend()) return local.take(signal);
      const turn = line.join(signal).then(() => local.take(signal));
      if (!isDealing) dealing = startDealing();
      return turn;
    },
    hold(ms) {
      local.hold(ms);
      left = 0;
      heldUntil = Math.max(heldUntil, time.now() + ms);
      // Where the others cannot be told, this process holds back at least.
      turns.hold(ms).catch(() => {});
    },
    async close() {
      closing.abort(closed());
      await dealing;
    },
  };
}
