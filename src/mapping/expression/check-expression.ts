import { distance } from 'fastest-levenshtein';
import jsonata, { type JsonataError } from 'jsonata';
import { isSameDecimal } from '../../contract/exact-json/decimal-text.ts';
import { readNumber } from '../../contract/exact-json/json-number.ts';
import type { Node } from '../node.ts';
import { type Arity, arityOf } from './arity.ts';
import { ownFunctionNames } from './functions.ts';
import { syntaxTree, walk } from './jsonata.ts';
import { jsonataFunctionNames } from './jsonata-functions.ts';
import { type ExpressionProblem, toSyntaxProblem } from './syntax-problem.ts';

export function checkSyntax(text: string): ExpressionProblem | undefined {
  if (text.trim() === '')
    return { message: 'is empty; an empty text is written as "" in quotes of its own', offset: 0 };
  try {
    return findUnknownFunction(text, syntaxTree(jsonata(text)));
  } catch (thrown) {
    return toSyntaxProblem(text, thrown as JsonataError);
  }
}

const known: ReadonlySet<string> = new Set([...jsonataFunctionNames, ...ownFunctionNames]);

/** A call of a function that neither JSONata nor we have, and that the expression does not define itself. */
function findUnknownFunction(text: string, ast: Node): ExpressionProblem | undefined {
  const nodes = [...walk(ast)];
  const defined = namesDefinedIn(nodes);
  for (const node of nodes) {
    const called = calledName(node);
    if (called === undefined || known.has(called.name) || defined.has(called.name)) continue;
    return { message: unknownFunction(called.name), offset: called.offset, whole: 'function' };
  }
  return findMissingDollar(text, nodes) ?? findWrongArguments(nodes, defined) ?? findLostDigits(text, nodes);
}

interface Call {
  readonly name: string;
  readonly offset: number;
}

function calledName(node: Node): Call | undefined {
  const called = node.type === 'apply' ? (node.rhs as Node) : node.procedure;
  if (called?.type !== 'variable' || typeof called.value !== 'string') return undefined;
  return { name: called.value, offset: Math.max(0, (called.position ?? 0) - called.value.length - 1) };
}

function namesDefinedIn(nodes: readonly Node[]): ReadonlySet<unknown> {
  const names = new Set<unknown>();
  for (const node of nodes) {
    if (node.type === 'bind') names.add((node.lhs as Node).value);
    if (node.type === 'lambda') for (const parameter of node.arguments ?? []) names.add(parameter.value);
  }
  return names;
}

/** `uppercase(x)`: data holds no functions, so a call without the `$` never works. */
function findMissingDollar(text: string, nodes: readonly Node[]): ExpressionProblem | undefined {
  for (const node of nodes) {
    const [name, more] = node.procedure?.type === 'path' ? (node.procedure.steps ?? []) : [];
    if (name?.type !== 'name' || more !== undefined) continue;
    const offset = Math.max(0, text.lastIndexOf(String(name.value), name.position));
    return {
      message: `a function is called with a $ before its name: $${name.value}(…)`,
      offset,
      whole: 'call',
    };
  }
  return undefined;
}

/** A number that JSONata would silently take for another one: the data has all digits, so the two would never be equal. */
function findLostDigits(text: string, nodes: readonly Node[]): ExpressionProblem | undefined {
  for (const { type, position = 0 } of nodes) {
    if (type !== 'number') continue;
    const written = /\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.exec(text.slice(0, position))?.[0];
    if (written === undefined || typeof readNumber(written) !== 'string') continue;
    // With an exponent it is a size to calculate or compare with (`n < 1e18`), and no id; as such it is exact.
    if (/e/i.test(written) && isSameDecimal(written, String(Number(written)))) continue;
    return {
      message: `the number ${written} has more digits than a number can hold; in quotes it keeps them: "${written}"`,
      offset: position - written.length,
      whole: 'number',
    };
  }
  return undefined;
}

/** A call that gives a function more than it takes, or less than it needs: it fails, or does not mean what it says. */
function findWrongArguments(
  nodes: readonly Node[],
  defined: ReadonlySet<unknown>,
): ExpressionProblem | undefined {
  const piped = new Set(nodes.flatMap((node) => (node.type === 'apply' ? [node.rhs] : [])));
  for (const node of nodes) {
    const called = node.type === 'function' || node.type === 'partial' ? calledName(node) : undefined;
    const arity = called && !defined.has(called.name) ? arityOf(called.name) : undefined;
    if (called === undefined || arity === undefined) continue;
    const given = (node.arguments?.length ?? 0) + (piped.has(node) ? 1 : 0);
    if (given >= arity.least && given <= arity.most) continue;
    const message = `$${called.name} takes ${describeArity(arity)}, got ${given}`;
    return { message, offset: called.offset, whole: 'arguments' };
  }
  return undefined;
}

function describeArity({ least, most }: Arity): string {
  const count =
    least === most
      ? `${least}`
      : most < Number.POSITIVE_INFINITY
        ? `${least} to ${most}`
        : `at least ${least}`;
  return `${count} argument${count === '1' ? '' : 's'}`;
}

function unknownFunction(name: string): string {
  const close = [...known]
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.far - b.far)[0];
  const hint = close === undefined ? '' : `; did you mean $${close.candidate}?`;
  return `there is no function $${name}${hint}`;
}
