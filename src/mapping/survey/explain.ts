import { startOf } from '../../contract/text/cut-text.ts';
import { walk } from '../expression/jsonata.ts';
import { typeName } from '../expression/raised.ts';
import type { Node } from '../node.ts';

export interface Explanation {
  readonly message: string;
  readonly hint?: string;
}

interface RuntimeError {
  readonly code?: string;
  readonly message?: string;
  readonly position?: number;
  readonly token?: unknown;
  readonly index?: number;
  readonly value?: unknown;
  readonly value2?: unknown;
}

const decimalHint =
  'decimal texts are calculated with $plus, $minus, $times, $dividedBy; $number makes a number of one';
const runawayHint = 'look for a function that calls itself without an end';

type Explain = (error: RuntimeError, node: Node | undefined, ast: Node) => Explanation;

const table: Readonly<Record<string, Explain>> = {
  T2001: (error, node) => operand('left', node?.lhs, error, 'a number', decimalHint),
  T2002: (error, node) => operand('right', node?.rhs, error, 'a number', decimalHint),
  T2003: (error, node) => operand('left', node?.lhs, error, 'a whole number'),
  T2004: (error, node) => operand('right', node?.rhs, error, 'a whole number'),
  T2009: (error, node) => compared(error, node),
  T2010: (error, node) => compared(error, node),
  D1002: (error, node) => ({
    message: `only a number can be negated, got ${described(node?.expression, error.value)}`,
    hint: decimalHint,
  }),
  D3030: (error, node) => ({
    message: `$number cannot read ${described(node?.arguments?.[0], error.value)} as a number`,
    hint: 'digits and a dot; $decimal keeps a decimal text exact',
  }),
  D3110: (_, node) => ({
    message: `$toMillis cannot read ${named(node?.arguments?.[0]) ?? 'its argument'} as an ISO 8601 date`,
    hint: 'other ways to write a date: $date(text, format, zone)',
  }),
  T0410: (error, _, ast) => argument(error, ast),
  T0411: (error, _, ast) => argument(error, ast),
  T0412: (error, _, ast) => argument(error, ast),
  T1003: (error) => ({
    message: `the name of a member must be a text, got ${typeName(error.value)}`,
    hint: 'use $string',
  }),
  T1006: (error) => ({ message: `\`${error.token ?? 'what is called'}\` is no function` }),
  T2006: (error) => ({ message: `the right side of ~> must be a function, got ${typeName(error.value)}` }),
  T2007: (error) => ({
    message: `cannot order ${typeName(error.value)} against ${typeName(error.value2)}`,
    hint: 'order by values of one type',
  }),
  T2008: (error) => ({ message: `can order by texts and numbers only, got ${typeName(error.value)}` }),
  D1009: () => ({ message: 'two members of an object have the same name' }),
  D1011: () => ({ message: 'the expression went too deep', hint: runawayHint }),
  D1012: ({ value }) => ({ message: `the expression took more than ${value} steps`, hint: runawayHint }),
  D3137: (error) => ({ message: cut(error.message) }),
  D3141: (error) => ({ message: cut(error.message) }),
};

/** Says what went wrong with paths and types; the values stay where they are. `$error` and `$assert` speak for themselves. */
export function explain(thrown: unknown, ast: Node): Explanation {
  if (typeof thrown !== 'object' || thrown === null) return { message: 'the expression failed' };
  const error = thrown as RuntimeError;
  const known = table[error.code ?? ''];
  if (known !== undefined) return known(error, nodeOf(error, ast), ast);
  if (thrown instanceof RangeError && /^Invalid (string|array) length/.test(thrown.message))
    return { message: 'the expression made a text or a list that is too long to be held' };
  if (thrown instanceof RangeError) return { message: 'the expression went too deep', hint: runawayHint };
  return { message: error.code === undefined ? 'the expression failed' : withoutValues(error) };
}

function nodeOf(error: RuntimeError, ast: Node): Node | undefined {
  for (const node of walk(ast)) {
    if (node.position !== error.position) continue;
    if (['binary', 'function', 'unary'].includes(node.type)) return node;
  }
  return undefined;
}

function operand(
  side: string,
  node: unknown,
  error: RuntimeError,
  expected: string,
  hint?: string,
): Explanation {
  const path = named(node as Node | undefined);
  const what =
    path === undefined
      ? `the ${side} side of \`${error.token}\``
      : `${path}, the ${side} side of \`${error.token}\`,`;
  const message = `${what} must be ${expected}, got ${typeName(error.value)}`;
  return hint === undefined ? { message } : { message, hint };
}

function compared(error: RuntimeError, node: Node | undefined): Explanation {
  const left = described(node?.lhs as Node | undefined, error.value);
  const right = described(node?.rhs as Node | undefined, error.value2);
  return {
    message: `\`${error.token}\` compares two numbers or two texts, got ${left} and ${right}`,
    hint: 'decimal texts are compared as numbers: $number(…) on both sides',
  };
}

function argument(error: RuntimeError, ast: Node): Explanation {
  const { index = 0 } = error;
  const given = argumentPath(error, ast, { name: String(error.token), index });
  const path = given === undefined ? '' : ` (${given})`;
  const got = error.value === undefined ? '' : `, got ${typeName(error.value)}`;
  const message = `argument ${error.index} of $${error.token}${path} is not what the function takes${got}`;
  const hint = argumentHints.find(([names]) => names.includes(String(error.token)))?.[1];
  return hint === undefined ? { message } : { message, hint };
}

const argumentHints: readonly (readonly [readonly string[], string])[] = [
  [
    ['uppercase', 'lowercase', 'trim', 'length', 'contains', 'split', 'replace', 'match', 'pad', 'join'],
    '$string makes a text of a value',
  ],
  [['substringBefore', 'substringAfter'], '$string makes a text of a value'],
  [
    ['sum', 'max', 'min', 'average', 'abs', 'floor', 'ceil', 'round'],
    'decimal texts are added up with $total and rounded with $rounded; $number makes a number of one',
  ],
];

/**
 * What an argument (counted from 1) of the function `name` that failed is called in the text, where it is a path. Of
 * `a ~> $f(b)` it is `a` that comes first. Inside of a function that is handed over, the place of the failure is that
 * of `$map`: then the call is known only if there is one such.
 */
export function argumentPath(
  thrown: RuntimeError,
  ast: Node,
  { name, index }: { readonly name: string; readonly index: number },
): string | undefined {
  const calls = [...walk(ast)].filter(({ procedure }) => procedure?.value === name);
  const call =
    calls.find(({ position }) => position === thrown.position) ?? (calls.length === 1 ? calls[0] : undefined);
  if (call === undefined) return undefined;
  const chained = [...walk(ast)].find(({ type, rhs }) => type === 'apply' && rhs === call);
  const given = [...(chained === undefined ? [] : [chained.lhs as Node]), ...(call.arguments ?? [])];
  return named(given[index - 1]);
}

/** `a text (\`total.amount\`)` */
function described(node: Node | undefined, value: unknown): string {
  const path = named(node);
  return path === undefined ? typeName(value) : `${path} (${typeName(value)})`;
}

/** The path as it is written, where the node is a plain one. */
function named(node: Node | undefined): string | undefined {
  // A list of one path: what is wrong with an item of it has that path.
  const { expressions = [] } = (node ?? {}) as { readonly expressions?: readonly Node[] };
  if (node?.type === 'unary' && expressions.length === 1) return named(expressions[0]);
  if (node?.type === 'variable') return `\`$${node.value}\``;
  if (node?.type !== 'path' || node.steps === undefined) return undefined;
  const names = node.steps.map((step) =>
    step.type === 'variable' ? `$${step.value}` : step.type === 'name' ? step.value : '…',
  );
  return `\`${names.join('.')}\``;
}

/** JSONata puts values into its messages as JSON; they are payload, so their types take their places. */
function withoutValues(error: RuntimeError): string {
  let message = error.message ?? 'the expression failed';
  for (const [name, value] of Object.entries(error)) {
    if (!/^(value\d?|exp)$/.test(name) || value === undefined) continue;
    message = message.replaceAll(JSON.stringify(value) ?? '', typeName(value));
  }
  return cut(message);
}

function cut(message: string | undefined): string {
  return startOf(message ?? 'the expression failed', 500);
}
