import { Fault } from '../../contract/fault.ts';
import { isInScope } from '../../contract/flow-scope.ts';
import { isJsonObject } from '../../contract/json.ts';
import { quoteName } from '../../contract/text/record-bounds.ts';
import { listOf } from '../../workspace/text/suggest.ts';
import { type Grant, isAtLeast, type Role, roles } from './caller.ts';

/** The one grant that reaches what belongs to no flow: settings, users, tokens. */
export const adminGrant: Grant = { role: 'admin', flows: '*' };

const mostGrants = 50;
const patternRule = /^[a-z0-9@*._-]{1,130}$/;

/** Throws a Fault TL_ARGUMENT_INVALID that names the roles. */
export function parseRole(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role !== undefined) return role;
  throw new Fault('TL_ARGUMENT_INVALID', `role: expected ${listOf(roles, 'or')}, got ${quoteName(text)}`);
}

/** Each once. Throws a Fault TL_ARGUMENT_INVALID for none, for too many, and for one that cannot be. */
export function requireGrants(grants: readonly Grant[]): readonly Grant[] {
  if (grants.length === 0) throw new Fault('TL_ARGUMENT_INVALID', 'grants: expected one or more, got none');
  if (grants.length > mostGrants)
    throw new Fault('TL_ARGUMENT_INVALID', `grants: expected at most ${mostGrants}, got ${grants.length}`);
  for (const { role, flows } of grants) {
    parseRole(role);
    if (!patternRule.test(flows))
      throw new Fault(
        'TL_ARGUMENT_INVALID',
        `flows: expected the name of a flow, with * for any part of it, such as orders-* or *, got ${quoteName(flows)}`,
      );
    if (role === 'admin' && flows !== '*')
      throw new Fault(
        'TL_ARGUMENT_INVALID',
        `an admin sees to what belongs to no flow: the role is given over all of them (*), got ${quoteName(flows)}`,
      );
  }
  return [...new Map(grants.map(({ role, flows }) => [`${role} ${flows}`, { role, flows }])).values()];
}

/** Grants as the database has them. What is none, such as a role of a version to come, gives no right. */
export function parseGrants(kept: unknown): readonly Grant[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((each: unknown) => {
    if (!isJsonObject(each) || typeof each['flows'] !== 'string') return [];
    const role = roles.find((one) => one === each['role']);
    return role === undefined ? [] : [{ role, flows: each['flows'] }];
  });
}

/** Has whoever has `rights` all that this grant gives? A pattern is within another that fits it as it is written. */
export function isGranted(grant: Grant, rights: readonly Grant[]): boolean {
  return rights.some(({ role, flows }) => isAtLeast(role, grant.role) && isInScope([flows], grant.flows));
}

/**
 * So much of these grants as is within `rights`: a role that is too high becomes the one that they have there, and a
 * pattern that reaches further than each of theirs gives nothing.
 */
export function limitGrants(grants: readonly Grant[], rights: readonly Grant[]): readonly Grant[] {
  return grants.flatMap(({ role, flows }) => {
    const most = [...roles]
      .reverse()
      .find((one) => isAtLeast(role, one) && isGranted({ role: one, flows }, rights));
    return most === undefined ? [] : [{ role: most, flows }];
  });
}

/** `admin over all flows`, `support over orders-* and viewer over *@de` */
export function grantsText(grants: readonly Grant[]): string {
  const texts = grants.map(({ role, flows }) => `${role} over ${flows === '*' ? 'all flows' : flows}`);
  return texts.length === 0 ? 'nothing' : texts.join(', ');
}
