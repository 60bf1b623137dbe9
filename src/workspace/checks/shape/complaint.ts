import type { Path } from '../../text/source-document.ts';
import { listOf, suggest } from '../../text/suggest.ts';
import type { SchemaNode } from '../schema-node.ts';
import { describeValue } from './words.ts';

/** Why a value does not fit its schema, and where. */
export interface Complaint {
  readonly problem: 'unknownKey' | 'missingKey' | 'name' | 'type' | 'choice' | 'format' | 'range';
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The name of the key that is missing. */
  readonly missing?: string;
}

export function wrongChoice(
  node: SchemaNode,
  value: unknown,
  path: Path,
  allowed: readonly string[],
): Complaint {
  const expected = allowed.length === 1 ? listOf(allowed) : `one of ${listOf(allowed, 'or')}`;
  const near = typeof value === 'string' ? suggest(value, allowed) : undefined;
  return {
    problem: 'choice',
    path,
    message: `expected ${expected}, got ${describeValue(value, node.schema)}`,
    hint: near === undefined ? undefined : `did you mean "${near}"?`,
  };
}
