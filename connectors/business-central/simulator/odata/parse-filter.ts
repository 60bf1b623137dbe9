import type { EntityType, Value } from '../erp/fields.ts';
import { refuse } from '../refusal.ts';
import { toLiteral } from './filter-literal.ts';

export interface Comparison {
  readonly kind: 'compare';
  readonly field: string;
  readonly operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
  readonly value: Value;
}

export type Clause =
  | Comparison
  | {
      readonly kind: 'call';
      readonly function: 'contains' | 'startswith' | 'endswith';
      readonly field: string;
      readonly value: string;
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Clause[] }
  /** A lambda (`any`, `all`): the ERP ignores it ("Known limitations with OData"). */
  | { readonly kind: 'everything' };

interface Reader {
  readonly tokens: readonly string[];
  readonly type: EntityType;
  at: number;
}

/**
 * The part of OData's filter language that the ERP translates into filters of its own. Two of its limits are
 * documented under "Known limitations with OData": `or` joins conditions on one field only, lambdas do nothing.
 */
export function parseFilter(text: string, type: EntityType): Clause {
  const reader: Reader = { tokens: tokenize(text), type, at: 0 };
  const clause = parseOr(reader);
  if (reader.at < reader.tokens.length) refuseSyntax(reader);
  return clause;
}

const tokenPattern = /\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))/y;

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < end) {
    const from = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match === null) return refuse(400, 'BadRequest', `Syntax error at position ${from} in '${text}'.`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return tokens;
}

function parseOr(reader: Reader): Clause {
  const parts = [parseAnd(reader)];
  while (take(reader, 'or')) parts.push(parseAnd(reader));
  if (parts.length === 1) return parts[0] ?? { kind: 'everything' };
  if (new Set(parts.flatMap(fieldsOf)).size > 1) {
    refuseUnsupported("The 'OR' operator is not supported on distinct fields on an OData filter.");
  }
  return { kind: 'or', parts };
}

function parseAnd(reader: Reader): Clause {
  const parts = [parseOne(reader)];
  while (take(reader, 'and')) parts.push(parseOne(reader));
  return parts.length === 1 ? (parts[0] ?? { kind: 'everything' }) : { kind: 'and', parts };
}

function parseOne(reader: Reader): Clause {
  if (take(reader, '(')) {
    const clause = parseOr(reader);
    expect(reader, ')');
    return clause;
  }
  const word = next(reader);
  if (word === 'not') refuseUnsupported("The 'NOT' operator is not supported on an OData filter.");
  if (/\/(any|all)$/.test(word)) return skipLambda(reader);
  if (isTextFunction(word) && take(reader, '(')) return parseCall(reader, word);
  return parseComparison(reader, word);
}

function parseCall(reader: Reader, name: 'contains' | 'startswith' | 'endswith'): Clause {
  const field = next(reader);
  expect(reader, ',');
  const value = String(toLiteral(reader.type, field, next(reader)));
  expect(reader, ')');
  return { kind: 'call', function: name, field, value };
}

function parseComparison(reader: Reader, field: string): Clause {
  const operator = next(reader);
  if (operator === 'in') refuseUnsupported("The 'IN' operator is not supported on an OData filter.");
  if (!isOperator(operator)) return refuseSyntax(reader);
  return { kind: 'compare', field, operator, value: toLiteral(reader.type, field, next(reader)) };
}

function skipLambda(reader: Reader): Clause {
  expect(reader, '(');
  for (let depth = 1; depth > 0; ) {
    const token = next(reader);
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
  }
  return { kind: 'everything' };
}

function fieldsOf(clause: Clause): string[] {
  if (clause.kind === 'everything') return [];
  return 'parts' in clause ? clause.parts.flatMap(fieldsOf) : [clause.field];
}

function next(reader: Reader): string {
  const token = reader.tokens[reader.at];
  if (token === undefined) return refuseSyntax(reader);
  reader.at += 1;
  return token;
}

function take(reader: Reader, token: string): boolean {
  if (reader.tokens[reader.at] !== token) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, token: string): void {
  if (!take(reader, token)) refuseSyntax(reader);
}

function isOperator(token: string): token is Comparison['operator'] {
  return ['eq', 'ne', 'gt', 'ge', 'lt', 'le'].includes(token);
}

function isTextFunction(token: string): token is 'contains' | 'startswith' | 'endswith' {
  return token === 'contains' || token === 'startswith' || token === 'endswith';
}

function refuseSyntax({ tokens, at }: Reader): never {
  refuse(400, 'BadRequest', `Syntax error in the filter, at '${tokens[at] ?? 'its end'}'.`);
}

function refuseUnsupported(message: string): never {
  refuse(501, 'BadRequest_MethodNotImplemented', message);
}
