import { Fault } from '../../../contract/fault.ts';
import { quoteName } from '../../../contract/text/record-bounds.ts';
import { insertLink } from '../../../store/access/login-links.ts';
import { findUnusedWith, hasUsers } from '../../../store/access/users.ts';
import { keepAuditEntry } from '../../../store/audit/keep-entry.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import { adminGrant } from '../grants.ts';
import { hashSecret, randomSecret } from '../secrets.ts';
import { isUserName } from './user-name.ts';
import { addUser, requireUser } from './users.ts';

/** Lets one user in, once. */
export interface LoginLink {
  readonly user: string;
  /** Below the address of the console. It is as good as a password: shown once, to whoever asked for it. */
  readonly path: string;
  readonly expiresAt: Date;
}

const linkMs = 10 * 60_000;

/** Throws a Fault TL_NOT_FOUND where there is no such user, TL_CONFLICT for one who is disabled. */
export async function makeLoginLink(open: OpenDatabase, name: string, by: string): Promise<LoginLink> {
  const secret = randomSecret();
  const now = new Date(open.clock.now());
  const expiresAt = new Date(now.getTime() + linkMs);
  return await open.db.transaction().execute(async (tx) => {
    const user = await requireUser(tx, name);
    if (user.disabledAt)
      throw new Fault(
        'TL_CONFLICT',
        `${quoteName(user.name)} is disabled: tradelane user enable ${user.name}`,
      );
    await insertLink(tx, { hash: hashSecret(secret), userId: user.id, expiresAt }, now);
    await keepAuditEntry(tx, { deed: 'make link', by, about: { name: user.name } });
    return { user: user.name, path: `/login/link?code=${secret}`, expiresAt };
  });
}

/**
 * For whoever starts Tradelane for the first time: where nobody has ever logged in, a link for somebody who may
 * everything, who is added where there is nobody; `undefined` else.
 * @param user - whoever runs the command, as the system calls them
 */
export async function makeFirstLink(open: OpenDatabase, user: string): Promise<LoginLink | undefined> {
  if (!(await hasUsers(open.db))) {
    const name = isUserName(user) ? user : 'admin';
    await addUser(open, { name, grants: [adminGrant] }, user).catch(ignoreFirst);
  }
  const first = await findUnusedWith(open.db, adminGrant);
  return first === undefined ? undefined : await makeLoginLink(open, first, user);
}

/** Another process has added them in the same moment. */
function ignoreFirst(thrown: unknown): void {
  if (!(thrown instanceof Fault && thrown.code === 'TL_CONFLICT')) throw thrown;
}
