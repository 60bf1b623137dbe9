import type { SlotsSeen, SlotsWish } from '../../contract/shared-limits.ts';

/**
 * How many requests may be under way here at once. Where others have a part in it, each place is a slot that the
 * database leases: a look, one statement every now and then, renews, takes and gives back, and tells who has how many.
 * All times are milliseconds of one monotonic clock.
 */
export interface Places {
  /** How many there are, for all processes together; none once the connection is closed. */
  readonly concurrency: number;
  /** How long the database leases a slot; for ever where they are ours alone. */
  readonly leaseMs: number;
  /** How many slots we have, until when that is sure, and since when we have had as many: a round of about a second. */
  readonly slots: number;
  readonly sureUntil: number;
  readonly since: number;
  /** How many we ought to have. Those above it are given back once they are not in use. */
  readonly goal: number;
  /** When the last look began, and when the next one is due: at no time while one is under way. */
  readonly lookedAt: number;
  readonly lookAt: number;
  /** The database knows that we wait for slots. */
  readonly isListed: boolean;
  /** The last look has failed, and there will be more. */
  readonly isAway: boolean;
}

/** What the requests of this process do and want. */
export interface Requests {
  readonly busy: number;
  /** Most that were busy at once in this round. */
  readonly peak: number;
  /** How many wait for a place, and how many for a turn. */
  waiting(): number;
  inLine(): number;
}

type Draft = { -readonly [Member in keyof Places]: Places[Member] };

/** How soon who has slots sees that others wait, and who waits that some were given back. */
const lookMs = 150;
/** After this, slots that were not used are given back; and the last one, where there are more processes than slots. */
const roundMs = 1_000;
const never = Number.POSITIVE_INFINITY;

export function startPlaces(concurrency: number, leaseMs = never): Places {
  const [slots, sureUntil] = leaseMs === never ? [never, never] : [0, -never];
  const times = { sureUntil, since: -never, lookedAt: -never, lookAt: -never };
  return { concurrency, leaseMs, slots, goal: slots, ...times, isListed: false, isAway: false };
}

/** Nothing is sent on slots whose lease could not be renewed. */
export function hasPlace({ concurrency, slots, goal, sureUntil }: Places, busy: number): boolean {
  const mayBe = busy < concurrency && busy < slots && busy < goal;
  return mayBe && (sureUntil === never || performance.now() < sureUntil);
}

/** Nothing of ours is in the database that could be given back. */
export function isGivenBack({ leaseMs, slots, isListed, lookAt }: Places): boolean {
  return leaseMs === never || (slots === 0 && !isListed && lookAt < never);
}

/** At once, if there is something to give back. One look at a time. */
export function nextLookAt(places: Places, requests: Requests): number {
  const { leaseMs, slots, lookAt } = places;
  const isResting = leaseMs === never || (isGivenBack(places) && requests.waiting() === 0);
  if (isResting || lookAt === never) return never;
  return slots > keptOf(places, requests) ? -never : lookAt;
}

function keptOf({ goal, concurrency }: Places, { busy }: Requests): number {
  return Math.max(Math.min(goal, concurrency), busy);
}

/** What to ask for. Slots given back are ours no more from here on: if that fails, their lease runs out. */
export function look(places: Draft, requests: Requests, at: number): SlotsWish {
  const have = keptOf(places, requests);
  // Who gives slots back waits behind the others.
  places.isListed = requests.waiting() > 0 && have >= places.slots;
  places.slots = Math.min(places.slots, have);
  places.lookedAt = at;
  places.lookAt = never;
  return { concurrency: places.concurrency, have, waits: places.isListed };
}

export function seeSlots(places: Draft, seen: SlotsSeen, requests: Requests, at: number): void {
  if (seen.own > places.slots) places.since = at;
  const isOver = at - places.since >= roundMs;
  const needed = Math.max(isOver ? requests.peak : seen.own, requests.busy + requests.waiting());
  const goal = computeGoal(seen, places.concurrency, needed, isOver);
  if (isOver) places.since = at;
  // More is taken at once, unless that is what has just been tried.
  places.lookAt = goal > places.goal ? at : at + lookMs;
  places.sureUntil = places.lookedAt + places.leaseMs / 2;
  places.slots = seen.own;
  places.goal = goal;
  places.isAway = false;
}

export function missSlots(places: Draft, requests: Requests, at: number): void {
  places.goal = Math.min(places.goal, places.slots);
  places.lookAt = at + lookMs;
  places.isAway = nextLookAt(places, requests) < never;
}

/**
 * How many slots to have: alone, all of them. Those of processes that have enough are left to them; the others go to
 * whoever waits, in equal parts, odd ones to who has them, then to who has waited longest. Where there are more
 * processes than slots, those who have one give it on when their round `isOver`.
 */
export function computeGoal(
  { own, others }: SlotsSeen,
  concurrency: number,
  needed: number,
  isOver: boolean,
): number {
  if (needed === 0) return 0;
  if (others.length === 0) return concurrency;
  const waiting = others.filter(({ waits }) => waits !== undefined);
  const content = others.filter(({ waits }) => waits === undefined);
  const left = Math.max(
    0,
    content.reduce((sum, { slots }) => sum - slots, concurrency),
  );
  const share = Math.floor(left / (waiting.length + 1));
  if (share === 0 && own > 0 && isOver) return 0;
  const ahead = waiting.filter(({ slots, waits }) =>
    slots > share === own > share ? waits === 'before us' : slots > share,
  );
  return Math.min(needed, ahead.length < left % (waiting.length + 1) ? share + 1 : share);
}
