import type { ManifestCreate } from '../../contract/generated/connector.ts';
import { type Declaration, member } from '../declaration.ts';
import { expressionsOf, mentions } from '../resource/mentions.ts';

/**
 * Does the system make one record of a `create` that is sent twice? Where it is told the idempotency key, where the
 * declaration says `idempotent: true`, and by PUT (RFC 9110 section 9.2.2). In `bulk` each record must have its own key
 * in the body: the next attempt may send it with others.
 */
export function isCreateRepeatable(create: Declaration<ManifestCreate>): boolean {
  const said = member(create, 'idempotent')?.value;
  if (typeof said === 'boolean') return said;
  if (String(member(create, 'method')?.value).toUpperCase() === 'PUT') return true;
  const { templates, bodies } = expressionsOf(create);
  const isBulk = member(create, 'bulk') !== undefined;
  return mentions(isBulk ? bodies : [...templates, ...bodies], 'idempotencyKey');
}
