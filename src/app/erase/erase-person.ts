import { eraseAudited } from '../../engine/erase/erase-audit.ts';
import { compileMeant } from '../../engine/erase/meant.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { renewDataKeys } from '../../store/crypto/renew-data-keys.ts';
import { findReadingRuns, momentBefore } from '../../store/erase/leftovers.ts';
import { type Database, keyringOf } from '../../store/postgres/database.ts';
import type { Runtime } from '../engine/runtime.ts';
import { databaseOf } from '../open/open-database.ts';
import { addErased, type EraseCounts, nothingErased, totalOf } from './counts.ts';
import { erasePass, type Pass, type PassWish } from './erase-pass.ts';
import {
  keysInUse,
  type Left,
  tellBusy,
  tellKept,
  tellLeft,
  tellOutOfReach,
  tellReading,
  tellWeak,
} from './left.ts';
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
  /** Where payloads are encrypted: data keys that were destroyed, so that nobody opens what lies in dead rows and logs. */
  readonly keys?: ErasedKeys;
  readonly left: readonly Left[];
}

export interface ErasedKeys {
  readonly destroyed: number;
  /** Rows that were sealed anew before. */
  readonly rows: number;
}

export interface EraseDecision {
  readonly by: string;
  readonly reason?: string | undefined;
  /** So long it waits for runs that were reading their sources when it began; absent: a minute. */
  readonly patienceMs?: number | undefined;
  /** Data keys stay; else what there is is sealed anew, and those before are destroyed. */
  readonly keepsKeys?: boolean | undefined;
}

/**
 * Erases a person: chunk by chunk, each a transaction of its own, so that a process that dies in between leaves what was
 * erased erased, and the next call goes on. Called again, it erases what has come since, mostly nothing. Throws as
 * `findWished`.
 */
export async function erasePerson(
  runtime: Runtime,
  wish: EraseWish,
  { by, reason, patienceMs = 60_000, keepsKeys = false }: EraseDecision,
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
  const keys = keepsKeys || totalOf(erased) === 0 ? undefined : await destroyKeys(db);
  await keepAuditEntry(db, {
    ...{ deed: 'erase', ...said, count: totalOf(erased) },
    about: {
      details: { state: 'done', values, ...toDetails(erased), ...(keys && { keys: keys.destroyed }) },
      ...(errors.size > 0 && { errors: [...errors] }),
    },
  });
  return {
    ...describePerson(person),
    erased,
    open: [...tellReading(reading), ...tellBusy(done.busy), ...(keys?.isInUse ? [keysInUse] : [])],
    ...(keys && { keys: { destroyed: keys.destroyed, rows: keys.rows } }),
    left: [
      ...(await tellLeft(db, person)),
      ...tellKept(done.kept),
      ...tellWeak(person.aliases),
      ...tellOutOfReach(keys ? 'destroyed' : keyringOf(db) ? 'kept' : 'none'),
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

/** Where there are keys. All of them: which have sealed what was overwritten long ago, nobody knows any more. */
async function destroyKeys(db: Database) {
  if (keyringOf(db) === undefined) return undefined;
  const { destroyed, rows, isInUse } = await renewDataKeys(db, { stop: new AbortController().signal });
  return { destroyed: destroyed.length, rows, isInUse };
}

function toDetails({ texts, ...counts }: EraseCounts): Readonly<Record<string, number>> {
  const all = { ...counts, ...texts };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}
