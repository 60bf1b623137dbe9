import type { SharedTurns, TurnWindow } from '../../contract/shared-limits.ts';
import { createPacer, type Pacer, waitFor } from './create-pacer.ts';
import { closed, createWaitingLine } from './create-waiting-line.ts';

/** A twentieth of a second's requests: few enough to be smooth, and at most about twenty statements a second. */
export function planWindow(requestsPerSecond: number): TurnWindow {
  const turns = Math.max(1, Math.ceil(requestsPerSecond / 20));
  return { turns, ms: Math.ceil((turns * 1_000) / requestsPerSecond) };
}

/** What was taken and not used goes to waste after this: saved up, it would come on top of what others take. */
const spendMs = 100;

/** Who has just begun a window lets those go first who came too late for it. */
const yieldMs = 5;

/** How long others are taken to be there after they were last noticed. */
const noticedMs = 1_000;

/**
 * A pacer whose turns are dealt out to all processes of a connection: it takes as many of a window as it is likely to
 * need within it, and spreads them evenly.
 */
export function createSharedPacer(
  requestsPerSecond: number,
  openTurns: (window: TurnWindow) => SharedTurns,
): Pacer {
  const window = planWindow(requestsPerSecond);
  const turns = openTurns(window);
  const local = createPacer(requestsPerSecond);
  const line = createWaitingLine();
  const closing = new AbortController();
  let left = 0;
  let leftUntil = 0;
  let heldUntil = 0;
  /** The window under way has no more turns before this. */
  let spentUntil = 0;
  let spent = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let othersUntil = 0;
  let isDealing = false;
  let dealing = Promise.resolve();

  const spend = (): boolean => {
    if (left === 0 || performance.now() >= leftUntil) return false;
    left -= 1;
    spent += 1;
    return true;
  };

  const ask = async (): Promise<void> => {
    const sentAt = performance.now();
    const likely = Math.ceil((spent * window.ms) / Math.max(1, sentAt - askedAt));
    const count = Math.min(window.turns, Math.max(1, likely, line.size));
    askedAt = sentAt;
    spent = 0;
    // While nobody answers, nobody goes; the signals of those who wait end that.
    const { granted, waitMs } = await turns.take(count).catch(() => ({ granted: 0, waitMs: window.ms }));
    const now = performance.now();
    left = now < heldUntil ? 0 : granted;
    leftUntil = now + spendMs;
    if (granted === 0) othersUntil = now + noticedMs;
    const isBegun = waitMs >= window.ms - 1;
    const politeMs = isBegun && now < othersUntil ? Math.min(yieldMs, window.ms / 10) : 0;
    if (granted < count || count === window.turns) spentUntil = now + waitMs + politeMs;
  };

  const deal = async (): Promise<void> => {
    while (line.size > 0) {
      closing.signal.throwIfAborted();
      const pauseMs = Math.max(heldUntil, spentUntil) - performance.now();
      if (pauseMs > 0) await waitFor(Math.ceil(pauseMs), closing.signal);
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
      heldUntil = Math.max(heldUntil, performance.now() + ms);
      // Where the others cannot be told, this process holds back at least.
      turns.hold(ms).catch(() => {});
    },
    async close() {
      closing.abort(closed());
      await dealing;
    },
  };
}
