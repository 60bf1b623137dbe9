import type { StoredUser } from '../../../store/access/users.ts';
import type { Grant } from '../caller.ts';
import { parseGrants } from '../grants.ts';

/** A user as documents show them: how they come in, never what with. */
export interface UserDocument {
  readonly name: string;
  readonly email?: string;
  readonly login: UserLogin;
  readonly grants: readonly Grant[];
  readonly disabled: boolean;
  readonly createdAt: Date;
  readonly loggedInAt?: Date;
}

/** `none`: a one-time link only. */
export type UserLogin = 'password' | 'oidc' | 'none';

export function toUserDocument(user: StoredUser): UserDocument {
  const { name, email, password, identity, disabledAt, createdAt, loggedInAt } = user;
  return {
    name,
    ...(email !== undefined && { email }),
    login: identity ? 'oidc' : password === undefined ? 'none' : 'password',
    grants: parseGrants(user.grants),
    disabled: disabledAt !== undefined,
    createdAt,
    ...(loggedInAt !== undefined && { loggedInAt }),
  };
}
