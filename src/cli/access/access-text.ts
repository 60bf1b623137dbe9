import { grantsText } from '../../app/access/grants.ts';
import type { ApiTokenAnswer, UserAnswer } from '../../contract/generated/endpoints.ts';
import type { Column } from '../output/print.ts';

export const userColumns: readonly Column[] = [
  { title: 'user', isName: true },
  { title: 'e-mail' },
  { title: 'comes in by' },
  { title: 'may' },
  { title: 'last login' },
  { title: '' },
];

const loginWords: Readonly<Record<UserAnswer['login'], string>> = {
  password: 'password',
  oidc: 'identity provider',
  none: 'one-time link',
};

export function userRow({ name, email, login, grants, loggedInAt, disabled }: UserAnswer): readonly string[] {
  return [
    name,
    email ?? '',
    loginWords[login],
    grantsText(grants),
    loggedInAt ? minute(loggedInAt) : 'never',
    disabled ? 'disabled' : '',
  ];
}

export const tokenColumns: readonly Column[] = [
  { title: 'token', isName: true },
  { title: 'name' },
  { title: 'made by' },
  { title: 'may' },
  { title: 'last used' },
  { title: 'until' },
];

export function tokenRow(token: ApiTokenAnswer): readonly string[] {
  const { id, name, madeBy, grants, usedAt, expiresAt, revokedAt } = token;
  return [
    id,
    name === id ? '' : name,
    madeBy,
    grantsText(grants),
    usedAt ? minute(usedAt) : 'never',
    revokedAt ? `revoked ${minute(revokedAt)}` : minute(expiresAt),
  ];
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
