import type { ConnectorLog } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import type { SharedSlots } from '../../contract/shared-limits.ts';
import { closed, createWaitingLine } from './create-waiting-line.ts';
import type { Places } from './places.ts';
import { planSlots } from './plan-slots.ts';

/** Who has slots looks so often for others who wait, and who waits for slots that are given back. */
const lookMs = 250;
/** Who has none at all looks sooner, the first in line the soonest. */
const lookWithoutMs = 100;
/** However many requests come, nobody looks sooner than this after the last time because of them. */
const soonMs = 50;
/** Slots that were not used for so long are given back. */
const idleMs = 1_000;
/** Where there are more processes than slots, each has one for so long at least. */
const turnMs = 1_000;

/**
 * Places of a connection that all processes share. A process holds slots across requests, looks a few times a second
 * who else wants some, and sends nothing on a slot whose lease it could not renew: while the database is away, requests
 * wait. {@link planSlots} decides who gives way.
 */
export function createSharedPlaces(
  concurrency: number,
  { slots, log }: { readonly slots: SharedSlots; readonly log: ConnectorLog },
): Places {
  const line = createWaitingLine();
  let held: readonly number[] = [];
  /** How many of those held may be used from now on. */
  let keep = 0;
  let busy = 0;
  /** Most that were busy at once since the last look at what is idle. */
  let peak = 0;
  let peakSince = 0;
  let turnSince = 0;
  let confirmedUntil = 0;
  let isClosed = false;
  let isInLine = false;
  /** The last look has left free slots to others. */
  let mayGrow = false;
  let lookedAt = 0;
  const rest = createRest();
  let isTending = false;
  let tending = Promise.resolve();

  const isOpen = () => busy < Math.min(held.length, keep) && performance.now() < confirmedUntil;
  const occupy = () => {
    busy += 1;
    peak = Math.max(peak, busy);
  };
  const admit = () => {
    while (line.size > 0 && isOpen()) {
      occupy();
      line.call();
    }
  };

  /** How many were in use at once within the last second or so; no bound while somebody waits here. */
  const planIdle = (now: number): number => {
    if (line.size > 0 || now - peakSince < idleMs) return concurrency;
    const used = peak;
    peak = busy;
    peakSince = now;
    return used;
  };

  /** How long to wait before the next look, in milliseconds. */
  const look = async (): Promise<number> => {
    const sentAt = performance.now();
    lookedAt = sentAt;
    if (held.length === 0) turnSince = sentAt;
    isInLine = line.size > 0;
    const seen = await slots.look({ wait: isInLine });
    held = seen.own;
    confirmedUntil = sentAt + slots.leaseMs / 2;
    const needed = Math.min(concurrency, busy + line.size);
    const plan = planSlots({ concurrency, needed, isTurnOver: sentAt - turnSince >= turnMs }, seen);
    keep = Math.min(plan.keep, planIdle(sentAt));
    mayGrow = plan.free > plan.take.length;
    if (plan.take.length > 0) await grow(plan.take);
    admit();
    await giveBack();
    const ahead = seen.others.filter(({ waits }) => waits === 'before us').length;
    return held.length > 0 ? lookMs : Math.min(2 * lookMs, lookWithoutMs * (1 + ahead));
  };

  const grow = async (wanted: readonly number[]): Promise<void> => {
    const taken = await slots.take(wanted);
    held = [...held, ...taken];
    keep += taken.length;
    peak = busy;
    peakSince = performance.now();
  };

  const giveBack = async (): Promise<void> => {
    const left = Math.max(keep, busy);
    if (held.length <= left) return;
    const surplus = held.slice(left);
    held = held.slice(0, left);
    isInLine = false;
    await slots.give(surplus);
  };

  const tend = async (): Promise<void> => {
    isTending = true;
    let isAway = false;
    while (isClosed ? busy > 0 : line.size > 0 || held.length > 0) {
      let ms = lookMs;
      try {
        ms = await look();
        isAway = false;
      } catch (thrown) {
        if (!isAway) log.warn('limits.unconfirmed', { code: toFault(thrown).code });
        isAway = true;
      }
      await rest.take(ms);
    }
    isTending = false;
    // Nobody is to wait behind one who wants nothing any more. If this fails, it is forgotten in two seconds.
    if (isInLine) await slots.give([]).catch(() => {});
  };

  const enter = async (signal: AbortSignal): Promise<void> => {
    if (line.size === 0 && isOpen()) return occupy();
    const turn = line.join(signal);
    if (!isTending) tending = tend();
    else if (mayGrow && performance.now() - lookedAt > soonMs) rest.end();
    await turn;
  };

  const leave = () => {
    busy -= 1;
    admit();
    if (isClosed || held.length > Math.max(keep, busy)) rest.end();
  };

  return {
    async run(send, signal) {
      if (isClosed) throw closed();
      await enter(signal);
      try {
        return await send();
      } finally {
        leave();
      }
    },
    async close() {
      isClosed = true;
      line.dismiss(closed());
      rest.end();
      // Slots in use are renewed until their requests have come to an end.
      await tending;
      // What cannot be given back runs out.
      if (held.length > 0) await slots.give(held).catch(() => {});
    },
  };
}

/** A pause that can be ended, also before it has begun. */
function createRest(): { take(ms: number): Promise<void>; end(): void } {
  let isEnded = false;
  let end = () => {};
  return {
    take: async (ms) => {
      if (!isEnded) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      isEnded = false;
    },
    end: () => {
      isEnded = true;
      end();
    },
  };
}
