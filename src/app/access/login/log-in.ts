import { Fault } from '../../../contract/fault.ts';
import { takeLink } from '../../../store/access/login-links.ts';
import { findUser, loadUser, type StoredUser, updateUser } from '../../../store/access/users.ts';
import type { AccessSettings } from '../../../workspace/parts/access-settings.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import { checkPassword, hashPassword } from '../passwords/hash-password.ts';
import { hashSecret } from '../secrets.ts';
import { type BegunSession, beginSession, type LoginPlace } from '../sessions/sessions.ts';
import { toKnownName } from '../users/user-name.ts';
import { passLoginTry, takeLoginTry } from './lock-out.ts';

/** A session, and what the browser is to hold of having been let in. */
export interface LocalLogin extends BegunSession {
  readonly browser: string;
}

/**
 * Throws a Fault TL_UNAUTHENTICATED that is the same, and comes as late, whether the name or the password is wrong;
 * TL_TOO_MANY_REQUESTS where too many have failed; TL_FORBIDDEN where passwords let nobody in here.
 */
export async function logInByPassword(
  { db, clock }: OpenDatabase,
  { name, password }: { readonly name: string; readonly password: string },
  place: LoginPlace,
  { local, sessions: limits }: AccessSettings,
): Promise<LocalLogin> {
  if (!local)
    throw new Fault('TL_FORBIDDEN', 'passwords let nobody in here: `access.local` of config/tradelane.yaml');
  const known = toKnownName(name.slice(0, 1_000));
  const origin = { known, address: place.address, browser: place.browser };
  const taken = await takeLoginTry(db, origin, new Date(clock.now()));
  const user = known.includes('\0') ? undefined : await findUser(db, known);
  // A text longer than any password costs no more than one.
  const { isRight, isOutdated } = await checkPassword(password.slice(0, 1_000), passwordOf(user));
  if (user === undefined || !isRight) throw wrong();
  const newHash = isOutdated ? await hashPassword(password) : undefined;
  return await db.transaction().execute(async (tx) => {
    const now = new Date(clock.now());
    await updateUser(tx, user.id, { loggedInAt: now });
    // Whoever has changed the user meanwhile was first, and has let go of them by now.
    if (passwordOf(await loadUser(tx, user.id)) !== user.password) throw wrong();
    if (newHash !== undefined) await updateUser(tx, user.id, { password: newHash });
    const browser = await passLoginTry(tx, taken, { userId: user.id, origin, now });
    return { ...(await beginSession(tx, user, { way: 'password', place, now, limits })), browser };
  });
}

/** Throws a Fault TL_UNAUTHENTICATED for a link that was used, is over, or was never made. */
export async function logInByLink(
  { db, clock }: OpenDatabase,
  code: string,
  place: LoginPlace,
  { sessions: limits }: AccessSettings,
): Promise<BegunSession> {
  return await db.transaction().execute(async (tx) => {
    const now = new Date(clock.now());
    const userId = await takeLink(tx, hashSecret(code), now);
    const user = userId === undefined ? undefined : await loadUser(tx, userId);
    if (user === undefined || user.disabledAt)
      throw new Fault(
        'TL_UNAUTHENTICATED',
        'this link lets nobody in any more: each does so once, within ten minutes; tradelane user link makes another',
      );
    return await beginSession(tx, user, { way: 'link', place, now, limits });
  });
}

function wrong(): Fault {
  return new Fault('TL_UNAUTHENTICATED', 'the name or the password is wrong');
}

/** Of whom a password lets in. */
function passwordOf(user: StoredUser | undefined): string | undefined {
  return user === undefined || user.disabledAt || user.identity ? undefined : user.password;
}
