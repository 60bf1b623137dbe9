import { Fault } from '../../../contract/fault.ts';
import { deleteSessions } from '../../../store/access/sessions.ts';
import {
  findIdentity,
  insertUser,
  lockUsers,
  type ProviderIdentity,
  type StoredUser,
  updateUser,
} from '../../../store/access/users.ts';
import { keepAuditEntry } from '../../../store/audit/keep-entry.ts';
import type { Database } from '../../../store/postgres/database.ts';
import type { AccessSettings, ProviderSettings } from '../../../workspace/parts/access-settings.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import type { Grant } from '../caller.ts';
import { grantsText, parseGrants } from '../grants.ts';
import { type BegunSession, beginSession, type LoginPlace } from '../sessions/sessions.ts';
import { toKnownName } from '../users/user-name.ts';
import { type Claims, emailOfClaims, grantsOfClaims, nameOfClaims } from './provider-claims.ts';

/** Somebody whom an identity provider has let in. */
export interface ProvidedUser extends ProviderIdentity {
  readonly claims: Claims;
}

/**
 * Lets them in with what the provider says that they may, which takes the place of what it said before. Who comes for the
 * first time becomes a user: it is the provider's subject that they are known by, never a name or an address, which
 * others may get. Throws a Fault TL_FORBIDDEN where nothing gives them a role, or they are disabled here.
 */
export async function logInByProvider(
  { db, clock }: OpenDatabase,
  { issuer, subject, claims }: ProvidedUser,
  place: LoginPlace,
  { oidc, sessions: limits }: Pick<AccessSettings, 'sessions'> & { readonly oidc: ProviderSettings },
): Promise<BegunSession> {
  const grants = grantsOfClaims(claims, oidc);
  const now = new Date(clock.now());
  return await db.transaction().execute(async (tx) => {
    await lockUsers(tx);
    const known = await findIdentity(tx, { issuer, subject });
    const user = known ?? (await addProvided(tx, { issuer, subject, claims }, { oidc, grants, now }));
    if (user.disabledAt)
      throw new Fault('TL_FORBIDDEN', `${user.name} is disabled here, whatever the identity provider says`);
    if (known !== undefined) await takeOver(tx, known, { grants, email: emailOfClaims(claims), issuer });
    return await beginSession(tx, user, { way: 'oidc', place, now, limits });
  });
}

interface Adding {
  readonly oidc: ProviderSettings;
  readonly grants: readonly Grant[];
  readonly now: Date;
}

/** Under the name that the provider says; another user who has it already keeps it. */
async function addProvided(
  tx: Database,
  { issuer, subject, claims }: ProvidedUser,
  { oidc, grants, now: at }: Adding,
): Promise<StoredUser> {
  const wanted = nameOfClaims(claims, oidc, subject);
  const identity = { issuer, subject };
  const email = emailOfClaims(claims);
  for (let nth = 1; nth <= 1_000; nth++) {
    const name = nth === 1 ? wanted : `${wanted}-${nth}`;
    const added = await insertUser(tx, { name, known: toKnownName(name), email, identity, grants, at });
    if (added === undefined) continue;
    const details = { grants: grantsText(grants), issuer };
    await keepAuditEntry(tx, { deed: 'add user', by: name, about: { name, details } });
    return added;
  }
  throw new Fault(
    'TL_CONFLICT',
    `a thousand users are called ${wanted}: nobody can be added under that name`,
  );
}

/** With other rights, the sessions that have begun with those of before end. */
async function takeOver(
  tx: Database,
  { id, name, grants: before }: StoredUser,
  { grants, email, issuer }: { grants: readonly Grant[]; email: string | undefined; issuer: string },
): Promise<void> {
  await updateUser(tx, id, { grants, email });
  if (JSON.stringify(parseGrants(before)) === JSON.stringify(grants)) return;
  await deleteSessions(tx, { userId: id });
  const details = { grants: grantsText(grants), issuer };
  await keepAuditEntry(tx, { deed: 'grant', by: issuer, about: { name, details } });
}
