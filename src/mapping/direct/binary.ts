import { string } from '../library/exact-functions.ts';
import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp } from './direct.ts';

export function compileBinary(node: Node, compiler: DirectCompiler): Direct | undefined {
  const left = compiler.compile(node.lhs as Node);
  const right = compiler.compile(node.rhs as Node);
  if (left === undefined || right === undefined) return undefined;
  const operator = String(node.value);
  return Object.hasOwn(operators, operator) ? operators[operator]?.(left, right) : undefined;
}

/** A function of its own for each operator: what it calls is then always the same. */
const operators: Readonly<Record<string, (left: Direct, right: Direct) => Direct>> = {
  and: (left, right) => (context, scope) =>
    toBoolean(left(context, scope)) && toBoolean(right(context, scope)),
  or: (left, right) => (context, scope) =>
    toBoolean(left(context, scope)) || toBoolean(right(context, scope)),
  '&': (left, right) => (context, scope) => concatenate(left(context, scope), right(context, scope)),
  '=': (left, right) => (context, scope) => {
    const [a, b] = [left(context, scope), right(context, scope)];
    return a !== undefined && b !== undefined && isEqual(a, b);
  },
  '!=': (left, right) => (context, scope) => {
    const [a, b] = [left(context, scope), right(context, scope)];
    return a !== undefined && b !== undefined && !isEqual(a, b);
  },
  in: (left, right) => (context, scope) => isIn(left(context, scope), right(context, scope)),
  '<': (left, right) => (context, scope) => compare(left(context, scope), right(context, scope), isLess),
  '<=': (left, right) => (context, scope) => compare(left(context, scope), right(context, scope), isAtMost),
  '>': (left, right) => (context, scope) => compare(left(context, scope), right(context, scope), isMore),
  '>=': (left, right) => (context, scope) => compare(left(context, scope), right(context, scope), isAtLeast),
  '+': (left, right) => (context, scope) => calculate(left(context, scope), right(context, scope), add),
  '-': (left, right) => (context, scope) => calculate(left(context, scope), right(context, scope), subtract),
  '*': (left, right) => (context, scope) => calculate(left(context, scope), right(context, scope), multiply),
  '/': (left, right) => (context, scope) => calculate(left(context, scope), right(context, scope), divide),
  '%': (left, right) => (context, scope) => calculate(left(context, scope), right(context, scope), remain),
};

type Comparable = string | number;
const isLess = (a: Comparable, b: Comparable): boolean => a < b;
const isAtMost = (a: Comparable, b: Comparable): boolean => a <= b;
const isMore = (a: Comparable, b: Comparable): boolean => a > b;
const isAtLeast = (a: Comparable, b: Comparable): boolean => a >= b;
const add = (a: number, b: number): number => a + b;
const subtract = (a: number, b: number): number => a - b;
const multiply = (a: number, b: number): number => a * b;
const divide = (a: number, b: number): number => a / b;
const remain = (a: number, b: number): number => a % b;

function concatenate(left: unknown, right: unknown): string {
  const text = toConcatenable(left) + toConcatenable(right);
  if (text.length > maxCharacters) throw giveUp;
  return text;
}

/** A longer text is for JSONata's evaluator to refuse. */
export const maxCharacters = 1_000_000;

function toConcatenable(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return String(value);
  if (typeof value === 'function') throw giveUp;
  try {
    return string(value) as string;
  } catch {
    throw giveUp;
  }
}

function isEqual(left: unknown, right: unknown): boolean {
  if (isObject(left) && isObject(right)) throw giveUp;
  return left === right;
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isIn(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  return Array.isArray(right) ? right.some((each) => each === left) : right === left;
}

function compare(
  left: unknown,
  right: unknown,
  isTrueOf: (a: Comparable, b: Comparable) => boolean,
): boolean | undefined {
  if (!isComparable(left) || !isComparable(right)) throw giveUp;
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== typeof right) throw giveUp;
  return isTrueOf(left, right);
}

function isComparable(value: unknown): value is Comparable | undefined {
  return value === undefined || typeof value === 'string' || typeof value === 'number';
}

function calculate(left: unknown, right: unknown, apply: (a: number, b: number) => number): unknown {
  if (!isNumber(left) || !isNumber(right)) throw giveUp;
  if (left === undefined || right === undefined) return undefined;
  const result = apply(left, right);
  if (!Number.isFinite(result)) throw giveUp;
  return result;
}

function isNumber(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && Number.isFinite(value));
}

/** `-a` */
export function compileNegation(node: Node, compiler: DirectCompiler): Direct | undefined {
  const operand = node.expression && compiler.compile(node.expression);
  return operand && ((context, scope) => calculate(0, operand(context, scope), negate));
}

const negate = (_zero: number, value: number): number => -value;

/** JSONata's casting to boolean; a missing value is false. */
export function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length > 0;
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.some(toBoolean);
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
