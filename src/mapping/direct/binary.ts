import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp } from './direct.ts';
import { toBoolean } from './to-boolean.ts';

export function compileBinary(node: Node, compiler: DirectCompiler): Direct | undefined {
  const operator = String(node.value);
  const left = compiler.compile(node.lhs as Node);
  const right = compiler.compile(node.rhs as Node);
  if (left === undefined || right === undefined) return undefined;
  if (operator === 'and')
    return (context, scope) => toBoolean(left(context, scope)) && toBoolean(right(context, scope));
  if (operator === 'or')
    return (context, scope) => toBoolean(left(context, scope)) || toBoolean(right(context, scope));
  const apply = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (apply === undefined) return undefined;
  return (context, scope) => apply(left(context, scope), right(context, scope));
}

type Operator = (left: unknown, right: unknown) => unknown;

const operators: Readonly<Record<string, Operator>> = {
  '&': (left, right) => toConcatenable(left) + toConcatenable(right),
  '=': (left, right) => left !== undefined && right !== undefined && isEqual(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !isEqual(left, right),
  '<': (left, right) => compare(left, right, (a, b) => a < b),
  '<=': (left, right) => compare(left, right, (a, b) => a <= b),
  '>': (left, right) => compare(left, right, (a, b) => a > b),
  '>=': (left, right) => compare(left, right, (a, b) => a >= b),
  '+': (left, right) => calculate(left, right, (a, b) => a + b),
  '-': (left, right) => calculate(left, right, (a, b) => a - b),
  '*': (left, right) => calculate(left, right, (a, b) => a * b),
  '/': (left, right) => calculate(left, right, (a, b) => a / b),
  '%': (left, right) => calculate(left, right, (a, b) => a % b),
};

function toConcatenable(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return String(value);
  throw giveUp;
}

function isEqual(left: unknown, right: unknown): boolean {
  if (isObject(left) && isObject(right)) throw giveUp;
  return left === right;
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function compare(
  left: unknown,
  right: unknown,
  isTrueOf: (a: string | number, b: string | number) => boolean,
): unknown {
  if (!isComparable(left) || !isComparable(right)) throw giveUp;
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== typeof right) throw giveUp;
  return isTrueOf(left, right);
}

function isComparable(value: unknown): value is string | number | undefined {
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
