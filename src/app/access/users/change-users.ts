import type { AuditDeed } from '../../../contract/audit-deeds.ts';
import { Fault } from '../../../contract/fault.ts';
import { quoteName } from '../../../contract/text/record-bounds.ts';
import { deleteBrowsers } from '../../../store/access/login-browsers.ts';
import { deleteLinks } from '../../../store/access/login-links.ts';
import { deleteSessions } from '../../../store/access/sessions.ts';
import {
  countOthersWith,
  loadUser,
  lockUsers,
  type StoredUser,
  type UserChange,
  updateUser,
} from '../../../store/access/users.ts';
import { keepAuditEntry } from '../../../store/audit/keep-entry.ts';
import type { Database } from '../../../store/postgres/database.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import type { Grant } from '../caller.ts';
import { adminGrant, grantsText, isGranted, parseGrants, requireGrants } from '../grants.ts';
import { hashPassword } from '../passwords/hash-password.ts';
import { requireGoodPassword } from '../passwords/require-password.ts';
import { toUserDocument, type UserDocument } from './user-document.ts';
import { requireUser } from './users.ts';

export interface UserDecision {
  readonly by: string;
  readonly reason?: string | undefined;
  /** `allowed` where another way in is at hand, as at the command line. */
  readonly lastAdmin?: 'kept' | 'allowed';
}

/**
 * What a user may from now on, in place of what they might. Takes effect at once: their sessions end. Throws a Fault
 * TL_CONFLICT for whom an identity provider gives their roles, and for the last admin.
 */
export async function grantUser(
  open: OpenDatabase,
  { name, grants }: { readonly name: string; readonly grants: readonly Grant[] },
  decision: UserDecision,
): Promise<UserDocument> {
  const wanted = requireGrants(grants);
  return await change(open, name, async (tx, user) => {
    if (user.identity)
      throw new Fault(
        'TL_CONFLICT',
        `${quoteName(user.name)} comes in by ${user.identity.issuer}, which says with each login what they may; \`access.oidc.roles\` maps that`,
      );
    if (!isGranted(adminGrant, wanted)) await requireOtherAdmin(tx, user, decision);
    return { deed: 'grant', decision, change: { grants: wanted }, grants: grantsText(wanted) };
  });
}

/** Nothing lets them in any more, at once. Throws a Fault TL_CONFLICT for the last admin. */
export async function disableUser(
  open: OpenDatabase,
  name: string,
  decision: UserDecision,
): Promise<UserDocument> {
  return await change(open, name, async (tx, user) => {
    await requireOtherAdmin(tx, user, decision);
    const disabledAt = user.disabledAt ?? new Date(open.clock.now());
    return { deed: 'disable user', decision, change: { disabledAt } };
  });
}

export async function enableUser(
  open: OpenDatabase,
  name: string,
  decision: UserDecision,
): Promise<UserDocument> {
  return await change(open, name, async () => ({
    deed: 'enable user',
    decision,
    change: { disabledAt: null },
  }));
}

/** Throws a Fault TL_ARGUMENT_INVALID for a password that would soon be guessed. */
export async function setPassword(
  open: OpenDatabase,
  { name, password }: { readonly name: string; readonly password: string },
  decision: UserDecision,
): Promise<UserDocument> {
  const before = await requireUser(open.db, name);
  requireGoodPassword(password, before);
  const hash = await hashPassword(password);
  return await change(open, name, async (_tx, user) => {
    if (user.identity)
      throw new Fault(
        'TL_CONFLICT',
        `${quoteName(user.name)} comes in by ${user.identity.issuer}: a password of ours lets them in nowhere`,
      );
    return { deed: 'set password', decision, change: { password: hash } };
  });
}

interface Changing {
  readonly deed: Extract<AuditDeed, 'grant' | 'disable user' | 'enable user' | 'set password'>;
  readonly decision: UserDecision;
  readonly change: UserChange;
  readonly grants?: string;
}

/** Whatever lets the user in ends with each of these changes: sessions, links, browsers that are trusted. */
async function change(
  { db }: OpenDatabase,
  name: string,
  decide: (tx: Database, user: StoredUser) => Promise<Changing>,
): Promise<UserDocument> {
  return await db.transaction().execute(async (tx) => {
    await lockUsers(tx);
    const user = await requireUser(tx, name);
    const { deed, decision, change: changed, grants } = await decide(tx, user);
    await updateUser(tx, user.id, changed);
    await deleteSessions(tx, { userId: user.id });
    await deleteLinks(tx, user.id);
    if (deed === 'set password' || deed === 'disable user') await deleteBrowsers(tx, user.id);
    const { by, reason } = decision;
    await keepAuditEntry(tx, {
      deed,
      by,
      reason,
      about: { name: user.name, ...(grants && { details: { grants } }) },
    });
    return toUserDocument(await loadUser(tx, user.id));
  });
}

async function requireOtherAdmin(
  tx: Database,
  user: StoredUser,
  { lastAdmin = 'kept' }: UserDecision,
): Promise<void> {
  const isAdmin = user.disabledAt === undefined && isGranted(adminGrant, parseGrants(user.grants));
  if (!isAdmin || lastAdmin === 'allowed' || (await countOthersWith(tx, user.id, adminGrant)) > 0) return;
  throw new Fault(
    'TL_CONFLICT',
    `${quoteName(user.name)} is the last who may see to users (admin over all flows): give somebody else that role first`,
  );
}
