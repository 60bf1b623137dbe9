import { Fault } from '../../../contract/fault.ts';
import { quoteName } from '../../../contract/text/record-bounds.ts';
import { findUser, insertUser, listStoredUsers, type StoredUser } from '../../../store/access/users.ts';
import { keepAuditEntry } from '../../../store/audit/keep-entry.ts';
import type { Database } from '../../../store/postgres/database.ts';
import { hintFor } from '../../../workspace/text/suggest.ts';
import { parseCursor } from '../../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../../lists/page.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import type { Grant } from '../caller.ts';
import { grantsText, requireGrants } from '../grants.ts';
import { hashPassword } from '../passwords/hash-password.ts';
import { requireGoodPassword } from '../passwords/require-password.ts';
import { toUserDocument, type UserDocument } from './user-document.ts';
import { requireEmail, requireUserName, toKnownName } from './user-name.ts';

export interface NewUser {
  readonly name: string;
  readonly email?: string | undefined;
  readonly grants: readonly Grant[];
  /** Absent: a one-time link lets them in. */
  readonly password?: string | undefined;
}

/** Throws a Fault TL_ARGUMENT_INVALID for what cannot be, TL_CONFLICT where somebody has that name. */
export async function addUser(open: OpenDatabase, user: NewUser, by: string): Promise<UserDocument> {
  const name = requireUserName(user.name);
  const email = requireEmail(user.email);
  const grants = requireGrants(user.grants);
  if (user.password !== undefined) requireGoodPassword(user.password, { name, email });
  const password = user.password === undefined ? undefined : await hashPassword(user.password);
  return await open.db.transaction().execute(async (tx) => {
    const at = new Date(open.clock.now());
    const known = toKnownName(name);
    const added = await insertUser(tx, { name, known, email, password, grants, at });
    if (added === undefined)
      throw new Fault(
        'TL_CONFLICT',
        `there is a user ${quoteName(name)} already; names differ in more than case`,
      );
    await keepAuditEntry(tx, {
      deed: 'add user',
      by,
      about: { name, details: { grants: grantsText(grants) } },
    });
    return toUserDocument(added);
  });
}

/** By their names. */
export async function pageUsers(
  { db }: OpenDatabase,
  { limit, cursor }: PageWish,
): Promise<ListPage<UserDocument>> {
  requirePageSize(limit);
  const after = parseCursor('users', ['text'], cursor)?.map(String)[0];
  const page = toPage(await listStoredUsers(db, { after, limit: limit + 1 }), {
    list: 'users',
    limit,
    placeOf: ({ name }) => [toKnownName(name)],
  });
  return { ...page, items: page.items.map(toUserDocument) };
}

/** Throws a Fault TL_NOT_FOUND, with the name that may have been meant. */
export async function requireUser(db: Database, name: string): Promise<StoredUser> {
  // What no user is called is not looked for: PostgreSQL takes no NUL.
  const user = name.includes('\0') ? undefined : await findUser(db, toKnownName(name));
  if (user !== undefined) return user;
  const names = (await listStoredUsers(db, { after: undefined, limit: 200 })).map((each) => each.name);
  const hint = hintFor(name, names) ?? 'there is none yet: tradelane user add';
  throw new Fault('TL_NOT_FOUND', `no user ${quoteName(name)}; ${hint}`);
}
