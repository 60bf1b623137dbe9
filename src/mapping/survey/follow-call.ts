import { wordOffset } from './offsets.ts';
import type { SurveyNode, Surveyor } from './surveyor.ts';
import { madeOf, oneOf, type SurveyedKind, type SurveyScope, unknown, type Value } from './value.ts';

/** Follows `$f(a)`, `$f(a, ?)` and `a ~> $f`. */
export function followCall(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  if (node.type !== 'apply') return followFunction(surveyor, node, { scope, piped: [] });
  const first = surveyor.follow(node.lhs as SurveyNode, scope);
  const called = node.rhs as SurveyNode;
  if (called.type === 'function') return followFunction(surveyor, called, { scope, piped: [first] });
  if (called.type === 'transform') return followTransform(surveyor, called, { ...scope, input: first });
  if (called.type === 'variable') return call(surveyor, called, { scope, args: [first] });
  surveyor.release(surveyor.follow(called, scope));
  return unknown;
}

function followFunction(
  surveyor: Surveyor,
  node: SurveyNode,
  { scope, piped }: { readonly scope: SurveyScope; readonly piped: readonly Value[] },
): Value {
  const args = [...piped, ...(node.arguments ?? []).map((each) => surveyor.follow(each, scope))];
  const procedure = node.procedure as SurveyNode | undefined;
  if (node.type === 'partial' || procedure === undefined) return released(surveyor, args);
  if (procedure.type === 'variable') return call(surveyor, procedure, { scope, args });
  // `uppercase(x)`: a name that is called is no field, whatever else it is.
  if (procedure.type === 'path' && procedure.steps?.length === 1) return released(surveyor, args);
  const { closure } = surveyor.follow(procedure, scope);
  return closure?.node.type === 'lambda' ? surveyor.apply(closure, args) : released(surveyor, args);
}

interface Call {
  readonly scope: SurveyScope;
  readonly args: readonly Value[];
}

function call(surveyor: Surveyor, procedure: SurveyNode, { scope, args }: Call): Value {
  const name = String(procedure.value);
  const own = scope.variables.get(name);
  if (own !== undefined || surveyor.notes.rebound.has(name)) {
    return own?.closure?.node.type === 'lambda' && !surveyor.notes.rebound.has(name)
      ? surveyor.apply(own.closure, args)
      : released(surveyor, args);
  }
  const isOfContext = args.length === 0 && takesContext.has(name);
  const given = isOfContext ? [scope.input] : args;
  const overItems = followOverItems(surveyor, name, given);
  if (overItems !== undefined) return overItems;
  for (const value of given) surveyor.release(value);
  if (name === 'append') return oneOf(given.slice(0, 2));
  if (samePlaces.has(name)) return given[0] ?? unknown;
  if (floating.has(name)) {
    const operands = given.slice(0, 1);
    const offset = Math.max(0, wordOffset(surveyor.notes.text, procedure) - 1);
    surveyor.notes.arithmetic.push({ operator: name, offset, operands });
    return { ...madeOf(operands, name === 'formatNumber' ? 'text' : 'number'), isFloat: true };
  }
  // An exact function brings nothing back that floating point has lost; of one that fails, `isFloat` has said so.
  if (numeric.has(name)) return madeOf(given, name === 'number' ? 'number' : undefined);
  return { numbers: [], ...(kinds.has(name) && { kind: kinds.get(name) as SurveyedKind }) };
}

/** Functions that call another one for each item of a list. */
function followOverItems(surveyor: Surveyor, name: string, args: readonly Value[]): Value | undefined {
  const [list = unknown, { closure } = unknown, start] = args;
  if (closure?.node.type !== 'lambda') return undefined;
  switch (name) {
    case 'map':
      return surveyor.apply(closure, [list, unknown, list]);
    case 'filter':
    case 'single':
      surveyor.apply(closure, [list, unknown, list]);
      return list;
    case 'sort':
      surveyor.apply(closure, [list, list]);
      return list;
    case 'reduce':
      surveyor.apply(closure, [start === undefined ? list : unknown, list]);
      return unknown;
    default:
      return undefined;
  }
}

/** `input ~> |pattern|update|`: both are seen from the input. */
function followTransform(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  const input = node.pattern === undefined ? unknown : surveyor.follow(node.pattern, scope);
  for (const part of [node.update, node.delete]) if (part) surveyor.follow(part, { ...scope, input });
  return unknown;
}

function released(surveyor: Surveyor, args: readonly Value[]): Value {
  for (const value of args) surveyor.release(value);
  return unknown;
}

/** Without an argument, they take what they stand behind: `price.$round()`. */
const takesContext = new Set([
  'number',
  'string',
  'round',
  'abs',
  'floor',
  'ceil',
  'sqrt',
  'power',
  'formatNumber',
]);
const samePlaces = new Set(['sort', 'reverse', 'distinct', 'shuffle']);
const floating = new Set(['sum', 'average', 'round', 'power', 'sqrt', 'formatNumber']);
const numeric = new Set([
  ...['number', 'string', 'decimal', 'abs', 'floor', 'ceil', 'max', 'min'],
  ...['plus', 'minus', 'times', 'dividedBy', 'total', 'rounded'],
]);

const kinds: ReadonlyMap<string, SurveyedKind> = new Map([
  ...['exists', 'boolean', 'not', 'contains'].map((name) => [name, 'truth'] as const),
  ...['uppercase', 'lowercase', 'trim', 'substring', 'substringBefore', 'substringAfter', 'join', 'now'].map(
    (name) => [name, 'text'] as const,
  ),
  ...['length', 'count', 'millis'].map((name) => [name, 'number'] as const),
  ...['split', 'keys'].map((name) => [name, 'list'] as const),
  ...['merge', 'money'].map((name) => [name, 'object'] as const),
]);
