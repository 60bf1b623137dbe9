import { Fault } from '../../../contract/fault.ts';
import { toPlainText } from '../../../contract/text/plain-text.ts';
import {
  deletePastSessions,
  deleteSessions,
  findSession,
  insertSession,
  type LoginWay,
  listStoredSessions,
  noteSessionUse,
  type SessionTimes,
  type StoredSession,
} from '../../../store/access/sessions.ts';
import { type StoredUser, updateUser } from '../../../store/access/users.ts';
import { keepAuditEntry } from '../../../store/audit/keep-entry.ts';
import type { Database } from '../../../store/postgres/database.ts';
import type { AccessSettings } from '../../../workspace/parts/access-settings.ts';
import { parseCursor } from '../../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../../lists/page.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import type { Caller } from '../caller.ts';
import { parseGrants } from '../grants.ts';
import { deriveSecret, hashSecret, randomSecret } from '../secrets.ts';

type SessionLimits = AccessSettings['sessions'];

/** Where somebody comes in from. */
export interface LoginPlace {
  readonly address: string | undefined;
  /** The program, as it calls itself. */
  readonly client: string | undefined;
  /** What their browser holds of a session by now: it ends with the new one, so that none can be foisted on anybody. */
  readonly session: string | undefined;
  /** What their browser holds of having been let in before. */
  readonly browser: string | undefined;
}

/** A session that has just begun. */
export interface BegunSession {
  /** For the browser alone, in a cookie. */
  readonly secret: string;
  readonly user: string;
  readonly expiresAt: Date;
}

/** Begins a session in the transaction that has found out who it is for. */
export async function beginSession(
  tx: Database,
  user: StoredUser,
  { way, place, now, limits }: BeginningSession,
): Promise<BegunSession> {
  const secret = randomSecret();
  const expiresAt = new Date(now.getTime() + limits.absoluteMs);
  await deletePastSessions(tx, timesAt(now, limits));
  if (place.session !== undefined) await deleteSessions(tx, { hash: hashSecret(place.session) });
  await insertSession(tx, {
    hash: hashSecret(secret),
    userId: user.id,
    way,
    address: place.address,
    client: place.client && toPlainText(place.client, 200),
    createdAt: now,
    expiresAt,
  });
  await updateUser(tx, user.id, { loggedInAt: now });
  await keepAuditEntry(tx, {
    deed: 'log in',
    by: user.name,
    reason: wayWords[way],
    about: { name: user.name },
  });
  return { secret, user: user.name, expiresAt };
}

export interface BeginningSession {
  readonly way: LoginWay;
  readonly place: LoginPlace;
  readonly now: Date;
  readonly limits: SessionLimits;
}

const wayWords: Readonly<Record<LoginWay, string>> = {
  password: 'with a password',
  link: 'by a one-time link',
  oidc: 'by the identity provider',
};

/** Who asks with this cookie, who has done something with that; `undefined` where the session is over, or none. */
export async function callerOfSession(
  open: OpenDatabase,
  secret: string,
  limits: SessionLimits,
): Promise<Caller | undefined> {
  const caller = await findCallerOfSession(open, secret, limits);
  if (caller?.sessionId !== undefined)
    await noteSessionUse(open.db, caller.sessionId, new Date(open.clock.now()));
  return caller;
}

/** The same without that: it ends as if nobody had asked. */
export async function findCallerOfSession(
  { db, clock }: OpenDatabase,
  secret: string,
  limits: SessionLimits,
): Promise<Caller | undefined> {
  const session = await findSession(db, hashSecret(secret), timesAt(new Date(clock.now()), limits));
  if (session === undefined || session.isDisabled) return undefined;
  const { userName: name, userId, id: sessionId } = session;
  const grants = parseGrants(session.grants);
  return { name, via: 'session', grants, userId, sessionId, csrfToken: csrfTokenOf(secret) };
}

/**
 * What a page that may use this session, and no other page, can send along: the cookie goes with whatever any page asks
 * for. Changes with the session.
 */
export function csrfTokenOf(secret: string): string {
  return deriveSecret(secret, 'csrf');
}

/** Ends the session of a browser, wherever it stands; one that is over already is no mistake. Returns how it began. */
export async function logOut(open: OpenDatabase, { sessionId, name }: Caller): Promise<LoginWay | undefined> {
  if (sessionId === undefined) return undefined;
  return await open.db.transaction().execute(async (tx) => {
    const [ended] = await deleteSessions(tx, { id: sessionId });
    if (ended) await keepAuditEntry(tx, { deed: 'log out', by: name, about: { name } });
    return ended?.way;
  });
}

export interface SessionDocument {
  readonly id: number;
  readonly user: string;
  readonly way: LoginWay;
  readonly address?: string;
  readonly client?: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

/** The newest first; of one user where one is named. */
export async function pageSessions(
  { db, clock }: OpenDatabase,
  { userId, limits }: { readonly userId: number | undefined; readonly limits: SessionLimits },
  { limit, cursor }: PageWish,
): Promise<ListPage<SessionDocument>> {
  requirePageSize(limit);
  const before = parseCursor('sessions', ['number'], cursor)?.map(Number)[0];
  const times = timesAt(new Date(clock.now()), limits);
  const found = await listStoredSessions(db, { ...times, filter: { userId }, before, limit: limit + 1 });
  const page = toPage(found, { list: 'sessions', limit, placeOf: ({ id }) => [id] });
  return { ...page, items: page.items.map(toSessionDocument) };
}

/**
 * Ends one session. Throws a Fault TL_NOT_FOUND where there is none.
 * @param userId - it must be one of this user
 */
export async function endSession(
  open: OpenDatabase,
  { id, userId }: { readonly id: number; readonly userId: number | undefined },
  by: string,
): Promise<void> {
  await open.db.transaction().execute(async (tx) => {
    const ended = await deleteSessions(tx, { id, userId });
    if (ended.length === 0) throw new Fault('TL_NOT_FOUND', `there is no session ${id}: it may be over`);
    await keepAuditEntry(tx, { deed: 'end sessions', by, count: 1 });
  });
}

/** Ends all sessions of a user, or all but one. Returns how many there were. */
export async function endSessionsOf(
  open: OpenDatabase,
  {
    user,
    exceptId,
  }: { readonly user: Pick<StoredUser, 'id' | 'name'>; readonly exceptId?: number | undefined },
  by: string,
): Promise<number> {
  return await open.db.transaction().execute(async (tx) => {
    const { length: count } = await deleteSessions(tx, { userId: user.id, exceptId });
    if (count > 0) await keepAuditEntry(tx, { deed: 'end sessions', by, count, about: { name: user.name } });
    return count;
  });
}

function timesAt(now: Date, { idleMs }: SessionLimits): SessionTimes {
  return { now, idleSince: new Date(now.getTime() - idleMs) };
}

function toSessionDocument(session: StoredSession): SessionDocument {
  const { id, userName, way, address, client, createdAt, seenAt, expiresAt } = session;
  return {
    id,
    user: userName,
    way,
    ...(address !== undefined && { address }),
    ...(client !== undefined && { client }),
    createdAt,
    seenAt,
    expiresAt,
  };
}
