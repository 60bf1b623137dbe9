import { eraseAudited } from '../../engine/erase/erase-audit.ts';
import { compileMeant } from '../../engine/erase/meant.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { findReadingRuns, momentBefore } from '../../store/erase/leftovers.ts';
import type { Runtime } from '../engine/runtime.ts';
import { databaseOf } from '../open/open-database.ts';
import { addErased, type EraseCounts, nothingErased, totalOf } from './counts.ts';
import { erasePass, type Pass, type PassWish } from './erase-pass.ts';
import { type Left, outOfReach, tellBusy, tellKept, tellLeft, tellReading, tellWeak } from './left.ts';
import {
  describePerson,
  type EraseWish,
  findWished,
  hashesOf,
  isThorough,
  type PersonDocument,
} from './person-wish.ts';

export interface EraseReport extends PersonDocument {
  readonly erased: EraseCounts;
  /** Not reached yet: to be asked for once more. Empty where all is done. */
  readonly open: readonly Left[];
  readonly left: readonly Left[];
}

export interface EraseDecision {
  readonly by: string;
  readonly reason?: string | undefined;
  /** So long it waits for runs that were reading their sources when it began; absent: a minute. */
  readonly patienceMs?: number | undefined;
}

/**
 * Erases a person: chunk by chunk, each a transaction of its own, so that a process that dies in between leaves what was
 * erased erased, and the next call goes on. Called again, it erases what has come since, mostly nothing. Throws as
 * `findWished`.
 */
export async function erasePerson(
  runtime: Runtime,
  wish: EraseWish,
  { by, reason, patienceMs = 60_000 }: EraseDecision,
): Promise<EraseReport> {
  const { db } = runtime.engine;
  const person = await findWished(databaseOf(runtime), wish);
  const meant = compileMeant(person);
  const values = await hashesOf(db, wish.texts);
  const said = { by, reason: reason === undefined ? undefined : (meant.redact(reason) ?? reason) };
  await keepAuditEntry(db, { deed: 'erase', ...said, about: { details: { state: 'begun', values } } });
  const errors = new Set<number>();
  const pass = { person, meant, by, errors, isThorough: isThorough(wish), since: undefined };
  const { done, reading } = await eraseUntilRead(runtime, pass, patienceMs);
  const audit = await eraseAudited(db, { meant, errors }, by);
  const erased = { ...done.counts, audit };
  await keepAuditEntry(db, {
    ...{ deed: 'erase', ...said, count: totalOf(erased) },
    about: {
      details: { state: 'done', values, ...toDetails(erased) },
      ...(errors.size > 0 && { errors: [...errors] }),
    },
  });
  return {
    ...describePerson(person),
    erased,
    open: [...tellReading(reading), ...tellBusy(done.busy)],
    left: [
      ...(await tellLeft(db, person)),
      ...tellKept(done.kept),
      ...tellWeak(person.aliases),
      ...outOfReach,
    ],
  };
}

/**
 * A run that was reading when it began may have records of the person in memory: what it stages is erased once it has
 * read its source to the end, or as much of it as there is patience for.
 */
async function eraseUntilRead(runtime: Runtime, wish: PassWish, patienceMs: number) {
  const { db } = runtime.engine;
  const before = await findReadingRuns(db);
  const since = await momentBefore(db);
  const first = await eraseAll(runtime, wish);
  if (before.length === 0) return { done: first, reading: [] };
  const reading = await waitForReaders(runtime, new Set(before.map(({ id }) => id)), patienceMs);
  const second = await eraseAll(runtime, { ...wish, since });
  return { done: { ...second, counts: addErased(first.counts, second.counts) }, reading };
}

/** Of what is on its way from one place to the next, one pass may miss some. */
const maxPasses = 5;

async function eraseAll({ engine }: Runtime, wish: PassWish): Promise<Pass> {
  const since = await momentBefore(engine.db);
  let all: Pass = { counts: nothingErased, kept: 0, busy: [] };
  for (let nth = 0; nth < maxPasses; nth++) {
    const pass = await erasePass(engine, nth === 0 ? wish : { ...wish, since });
    all = { ...pass, counts: addErased(all.counts, pass.counts) };
    if (totalOf(pass.counts) === 0) break;
  }
  return all;
}

async function waitForReaders({ engine }: Runtime, runs: ReadonlySet<number>, patienceMs: number) {
  const end = engine.clock.now() + patienceMs;
  for (;;) {
    const still = (await findReadingRuns(engine.db)).filter(({ id }) => runs.has(id));
    if (still.length === 0 || engine.clock.now() >= end) return still;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function toDetails({ texts, ...counts }: EraseCounts): Readonly<Record<string, number>> {
  const all = { ...counts, ...texts };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}
