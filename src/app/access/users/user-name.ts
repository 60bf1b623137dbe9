import { Fault } from '../../../contract/fault.ts';
import { quoteName } from '../../../contract/text/record-bounds.ts';

const nameRule = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,99}$/u;
const emailRule = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,190}$/u;

/** A name as names are compared: two that look the same are the same. */
export function toKnownName(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

/** Can somebody be called that in an audit entry? */
export function isUserName(name: string): boolean {
  return nameRule.test(name.normalize('NFKC'));
}

/** Throws a Fault TL_ARGUMENT_INVALID. */
export function requireUserName(name: string): string {
  if (isUserName(name)) return name.normalize('NFKC');
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `name: expected 1 to 100 letters, digits and . _ @ + -, a letter or digit first, got ${quoteName(name)}`,
  );
}

/** Throws a Fault TL_ARGUMENT_INVALID. */
export function requireEmail(email: string | undefined): string | undefined {
  if (email === undefined || emailRule.test(email)) return email;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `email: expected one such as anna@example.org, got ${quoteName(email)}`,
  );
}
