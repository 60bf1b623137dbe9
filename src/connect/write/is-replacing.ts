import type { ManifestUpdate } from '../../contract/generated/connector.ts';
import { resourceDefaults } from '../../contract/generated/defaults.ts';
import { type Declaration, member } from '../declaration.ts';

/**
 * Does the system hold what a write sends and nothing else of the record? As the declaration says (`replaces`); else
 * by PUT.
 */
export function isReplacing(
  declared: Declaration<Pick<ManifestUpdate, 'replaces' | 'method'>>,
  kind: 'update' | 'upsert',
): boolean {
  const said = member(declared, 'replaces')?.value;
  if (typeof said === 'boolean') return said;
  const method = member(declared, 'method')?.value;
  return (typeof method === 'string' ? method.toUpperCase() : resourceDefaults[kind].method) === 'PUT';
}
