import { Fault } from '../../../contract/fault.ts';
import { isJsonObject } from '../../../contract/json.ts';
import { quoteName } from '../../../contract/text/record-bounds.ts';
import type { ProviderSettings } from '../../../workspace/parts/access-settings.ts';
import type { Grant } from '../caller.ts';
import { parseGrants, requireGrants } from '../grants.ts';
import { hashSecret } from '../secrets.ts';
import { isUserName } from '../users/user-name.ts';

/** What an identity provider says of somebody, once it is proved that it says so. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * What somebody may, by their roles or groups at the provider. Throws a Fault TL_FORBIDDEN, that says why, where none of
 * them is mapped.
 */
export function grantsOfClaims(
  claims: Claims,
  { roles: { claim, grants } }: ProviderSettings,
): readonly Grant[] {
  if (findClaim(claims, claim) === undefined && isLeftOut(claims, claim))
    throw new Fault(
      'TL_FORBIDDEN',
      `the identity provider has left ${quoteName(claim)} out, as they are too many for a token (overage): have it send app roles, or only the groups that are assigned to Tradelane`,
    );
  const values = valuesOf(findClaim(claims, claim));
  const given = values.flatMap((value) => (Object.hasOwn(grants, value) ? (grants[value] ?? []) : []));
  if (given.length > 0) return requireGrants(parseGrants(given));
  const said =
    values.length === 0 ? 'it says none of you' : `it says ${values.slice(0, 10).map(quoteName).join(', ')}`;
  throw new Fault(
    'TL_FORBIDDEN',
    `nothing that the identity provider says of you (${quoteName(claim)}) gives a role here: ${said}; whoever looks after Tradelane maps them in \`access.oidc.roles\``,
  );
}

/** Is there anything that can say what they may? Else the provider is asked for more. */
export function hasRolesClaim(claims: Claims, { roles: { claim } }: ProviderSettings): boolean {
  return findClaim(claims, claim) !== undefined || isLeftOut(claims, claim);
}

/** What somebody is called here when they come for the first time. */
export function nameOfClaims(claims: Claims, { name }: ProviderSettings, subject: string): string {
  const said = [findClaim(claims, name), claims['email'], claims['name']].find(
    (each): each is string => typeof each === 'string' && each.trim() !== '',
  );
  const plain = (said ?? '')
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{M}\p{N}._@+-]+/gu, '.')
    .replace(/^[^\p{L}\p{N}]+|[.]+$/gu, '')
    .slice(0, 90);
  return isUserName(plain) ? plain : `user-${hashSecret(subject).toString('hex').slice(0, 12)}`;
}

export function emailOfClaims({ email }: Claims): string | undefined {
  return typeof email === 'string' && /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,190}$/u.test(email)
    ? email
    : undefined;
}

/** A claim by its name, which may have dots in it; else the way that the dots lead. */
function findClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let here: unknown = claims;
  for (const part of name.split('.')) {
    if (!isJsonObject(here) || !Object.hasOwn(here, part)) return undefined;
    here = here[part];
  }
  return here;
}

/** One, or a list of them; of a list what is no text is none. */
function valuesOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((each): each is string => typeof each === 'string') : [];
}

/** Entra ID sends more than 200 groups as a place to ask for them (`_claim_names`, or `hasgroups`). */
function isLeftOut(claims: Claims, claim: string): boolean {
  const elsewhere = claims['_claim_names'];
  return (
    (isJsonObject(elsewhere) && Object.hasOwn(elsewhere, claim)) ||
    (claim === 'groups' && 'hasgroups' in claims)
  );
}
