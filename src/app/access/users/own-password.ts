import { Fault } from '../../../contract/fault.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import { takeLoginTry } from '../login/lock-out.ts';
import { checkPassword } from '../passwords/hash-password.ts';
import { setPassword } from './change-users.ts';
import { toKnownName } from './user-name.ts';
import { requireUser } from './users.ts';

export interface OwnPassword {
  readonly name: string;
  /** What lets them in by now; absent where no password does. */
  readonly current: string | undefined;
  readonly password: string;
}

/**
 * Somebody gives themselves another password. Whoever has found their browser open cannot: the one until now is asked for,
 * and counted like one of a login. Throws a Fault TL_FORBIDDEN where it is wrong.
 */
export async function changeOwnPassword(
  open: OpenDatabase,
  { name, current, password }: OwnPassword,
): Promise<void> {
  const user = await requireUser(open.db, name);
  if (user.password !== undefined) {
    const known = toKnownName(user.name);
    await takeLoginTry(
      open.db,
      { known, address: undefined, browser: undefined },
      new Date(open.clock.now()),
    );
    const { isRight } = await checkPassword((current ?? '').slice(0, 1_000), user.password);
    if (!isRight) throw new Fault('TL_FORBIDDEN', 'current: this is not the password until now');
  }
  await setPassword(open, { name, password }, { by: name });
}
