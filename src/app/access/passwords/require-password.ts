import { Fault } from '../../../contract/fault.ts';
import { isCommonPassword } from './common-passwords.ts';

const least = 12;
const most = 128;

export interface PasswordOwner {
  readonly name: string;
  readonly email: string | undefined;
}

/**
 * Throws a Fault TL_ARGUMENT_INVALID for a password that would soon be guessed; the message never holds any of it. There
 * are no rules of what letters it must have, as these make passwords worse (OWASP ASVS 4.0.3, 2.1.9).
 */
export function requireGoodPassword(password: string, owner: PasswordOwner): void {
  const why = whyBad(password, owner);
  if (why !== undefined) throw new Fault('TL_ARGUMENT_INVALID', `password: ${why}`);
}

function whyBad(password: string, { name, email }: PasswordOwner): string | undefined {
  const { length } = [...password];
  if (length < least) return `expected at least ${least} characters, got ${length}; a few words will do`;
  if (length > most) return `expected at most ${most} characters, got ${length}`;
  if (/\p{Cc}/u.test(password) || !password.isWellFormed())
    return 'expected letters, digits, signs and blanks, got a character that cannot be typed';
  const plain = password.toLowerCase();
  const own = [name, name.split('@')[0], email, email?.split('@')[0]];
  const near = own.find((each) => each !== undefined && isMostly(plain, each.toLowerCase()));
  if (near !== undefined) return 'expected something else than the name or the e-mail address';
  return isCommonPassword(password)
    ? 'it is one of those that are tried first; a few words will do'
    : undefined;
}

/** Little more than the name: what is left without it would be no password. */
function isMostly(password: string, name: string): boolean {
  if (name.length < 4 || !password.includes(name)) return false;
  return password.replaceAll(name, '').length < least / 2;
}
