import { isIPv6 } from 'node:net';
import { Fault } from '../../../contract/fault.ts';
import { isKnownBrowser, keepBrowser } from '../../../store/access/login-browsers.ts';
import {
  deleteLoginCounts,
  type LoginCount,
  lockLoginCounts,
  saveLoginCount,
} from '../../../store/access/login-counts.ts';
import type { Database } from '../../../store/postgres/database.ts';
import { hashSecret, randomSecret } from '../secrets.ts';

/*
 * Who guesses passwords is slowed down, and nobody is kept out by that. After some failures each further one closes the
 * way in for twice as long, up to a quarter of an hour: over an hour, a handful of guesses at one account. Failures are
 * counted of the account and of the address, over all processes. A colleague's failures on purpose could keep somebody
 * out like that; therefore a browser that a user came in from before is counted by itself, and what others do about the
 * account or from the same address does not reach it. Where that is lost as well, a one-time link lets in.
 * (OWASP: Slow Down Online Guessing Attacks with Device Cookies.)
 */

const firstMs = 1_000;
const longestMs = 15 * 60_000;
const forgottenMs = 24 * 3_600_000;
const browserMs = 180 * 24 * 3_600_000;

/** So many failures cost nothing. Many people may come from one address. */
const free = { account: 5, address: 30, browser: 10 } as const;
type Counted = keyof typeof free;

/** A try that has been counted as a failure, until it turns out to be none. */
export interface LoginTry {
  readonly counts: readonly { readonly kind: Counted; readonly about: Buffer; readonly failed: number }[];
}

export interface LoginOrigin {
  /** The name as names are compared, whether anybody has it or not. */
  readonly known: string;
  readonly address: string | undefined;
  /** What the browser holds of having been let in before. */
  readonly browser: string | undefined;
}

/** Throws a Fault TL_TOO_MANY_REQUESTS where the way in is closed for now, and counts nothing then. */
export async function takeLoginTry(db: Database, origin: LoginOrigin, now: Date): Promise<LoginTry> {
  return await db.transaction().execute(async (tx) => {
    const wanted = [...(await findCounted(tx, origin, now))];
    const since = new Date(now.getTime() - forgottenMs);
    await deleteLoginCounts(tx, since);
    const found = await lockLoginCounts(
      tx,
      wanted.map(({ about }) => about),
      since,
    );
    const closed = found.map(({ closedUntil }) => closedUntil?.getTime() ?? 0);
    const waitMs = Math.max(0, ...closed) - now.getTime();
    if (waitMs > 0) throw tooMany(waitMs);
    const counts = wanted.map((one, index) => ({ ...one, failed: (found[index]?.failed ?? 0) + 1 }));
    for (const { kind, about, failed } of counts)
      await saveLoginCount(tx, { about, ...countAfter(kind, failed, now) }, now);
    return { counts };
  });
}

/**
 * It was the right password: what was counted of the account, or the browser, is forgotten; of the address, which may be
 * that of others, only this try. Returns what the browser is to hold from now on.
 */
export async function passLoginTry(
  tx: Database,
  { counts }: LoginTry,
  { userId, origin, now }: { readonly userId: number; readonly origin: LoginOrigin; readonly now: Date },
): Promise<string> {
  for (const { kind, about, failed } of counts) {
    const left = kind === 'address' ? failed - 1 : 0;
    await saveLoginCount(tx, { about, failed: left, closedUntil: undefined }, now);
  }
  const browser = origin.browser ?? randomSecret();
  const about = aboutBrowser(browser, origin.known);
  await keepBrowser(tx, { about, userId, at: now, since: new Date(now.getTime() - browserMs) });
  return browser;
}

export function countAfter(kind: Counted, failed: number, now: Date): LoginCount {
  const over = failed - free[kind];
  const delayMs = over <= 0 ? 0 : Math.min(longestMs, firstMs * 2 ** Math.min(over - 1, 20));
  return { failed, closedUntil: delayMs === 0 ? undefined : new Date(now.getTime() + delayMs) };
}

async function findCounted(
  tx: Database,
  { known, address, browser }: LoginOrigin,
  now: Date,
): Promise<readonly { readonly kind: Counted; readonly about: Buffer }[]> {
  const since = new Date(now.getTime() - browserMs);
  const about = browser === undefined ? undefined : aboutBrowser(browser, known);
  if (about && (await isKnownBrowser(tx, about, since))) return [{ kind: 'browser', about }];
  const all: readonly { readonly kind: Counted; readonly about: Buffer }[] = [
    // Hashed: somebody may have typed their password here.
    { kind: 'account', about: hashSecret(`account ${known}`) },
    ...(address === undefined
      ? []
      : [{ kind: 'address' as const, about: hashSecret(`address ${networkOf(address)}`) }]),
  ];
  // In one order, so that two tries never wait for one another.
  return [...all].sort((one, other) => Buffer.compare(one.about, other.about));
}

function aboutBrowser(browser: string, known: string): Buffer {
  return hashSecret(`browser ${browser} ${known}`);
}

/** Whoever has one address of IPv6 has all of its first 64 bits. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const gap = address.includes('::') ? Array.from({ length: 8 - left.length - right.length }, () => '0') : [];
  return [...left, ...gap, ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

function tooMany(waitMs: number): Fault {
  const seconds = Math.ceil(waitMs / 1_000);
  return new Fault(
    'TL_TOO_MANY_REQUESTS',
    `too many logins have failed: wait for ${seconds} s, or ask for a one-time link (tradelane user link)`,
    { retryAfterMs: seconds * 1_000 },
  );
}
