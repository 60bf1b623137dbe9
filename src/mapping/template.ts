import { withoutExactNumber } from '../contract/exact-json/json-number.ts';
import { Fault } from '../contract/fault.ts';
import { andThen, type Soon } from '../contract/soon.ts';
import { checkSyntax } from './expression/check-expression.ts';
import {
  compileExpression,
  type Expression,
  type ExpressionOptions,
  evaluateAll,
} from './expression/expression.ts';
import { typeName } from './expression/raised.ts';
import { type Place, positionOf, toLocation } from './place.ts';

export interface TemplateOptions extends ExpressionOptions {
  /** Applied to what an expression gives, not to the text around it: `encodeURIComponent` in a path. */
  readonly encode?: (value: string) => string;
}

export interface Template {
  readonly text: string;
  /**
   * The text with its expressions filled in; `undefined` where one of them gives nothing (or null). A template that is
   * one expression and nothing else gives that value itself, or, with `encode`, its encoded text. A promise only where
   * JSONata's evaluator has to run.
   */
  evaluate(scope: Readonly<Record<string, unknown>>): Soon<unknown>;
}

/** `a{{expression}}b`. Throws a Fault TL_WORKSPACE_INVALID for braces or expressions that are not right. */
export function compileTemplate(text: string, options: TemplateOptions = {}): Template {
  const parts = [...splitTemplate(text, options)];
  const expressions = parts.filter((part) => typeof part !== 'string');
  const join = compileJoin(text, parts, options);
  return Object.freeze({
    text,
    evaluate(scope: Readonly<Record<string, unknown>>): Soon<unknown> {
      return andThen(evaluateAll(expressions, scope), join);
    },
  });
}

type Part = string | Expression;

function compileJoin(text: string, parts: readonly Part[], options: TemplateOptions) {
  const encode = options.encode ?? ((value: string) => value);
  const isValue = parts.length === 1 && typeof parts[0] !== 'string' && options.encode === undefined;
  return (values: readonly unknown[]): unknown => {
    if (isValue) return withoutExactNumber(values[0]);
    let next = 0;
    let result = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        result += part;
        continue;
      }
      const value = withoutExactNumber(values[next++]);
      if (value === undefined || value === null) return undefined;
      result += encode(toTemplateText(value, part, { text, options }));
    }
    return result;
  };
}

function toTemplateText(
  value: unknown,
  expression: Expression,
  source: { text: string; options: TemplateOptions },
): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const at = toLocation(source.text, source.text.indexOf(expression.text), source.options.place);
  const message = `\`{{${expression.text}}}\` must give a text, a number or a boolean, got ${typeName(value)} (${at})`;
  throw new Fault('TL_MAP_FAILED', `${message}; hint: $join makes one text of an array`, { at });
}

function* splitTemplate(text: string, options: TemplateOptions): Generator<Part> {
  let position = 0;
  while (position < text.length) {
    const open = text.indexOf('{{', position);
    if (open === -1) break;
    if (open > position) yield text.slice(position, open);
    const close = findClose(text, open + 2, options.place);
    yield compilePart(text, open + 2, close, options);
    position = close + 2;
  }
  if (position < text.length || text === '') yield text.slice(position);
}

/**
 * The first `}}` before which a whole expression stands: those inside its texts, objects, comments or regular
 * expressions cut it in two, and half an expression does not parse. Where none does, the first `}}` is taken, so that
 * the expression's own error is reported.
 */
function findClose(text: string, start: number, place: Place | undefined): number {
  const first = text.indexOf('}}', start);
  if (first === -1) {
    const at = toLocation(text, start - 2, place);
    throw new Fault('TL_WORKSPACE_INVALID', `template: \`{{\` without a \`}}\` (${at})`, { at });
  }
  for (let close = first; close !== -1; close = text.indexOf('}}', close + 1)) {
    const problem = checkSyntax(text.slice(start, close));
    if (problem === undefined || problem.whole !== undefined) return close;
  }
  return first;
}

function compilePart(text: string, start: number, end: number, options: TemplateOptions): Expression {
  const raw = text.slice(start, end);
  const { place, ...rest } = options;
  if (place === undefined) return compileExpression(raw, rest);
  const indent = place.indent === undefined ? {} : { indent: place.indent };
  return compileExpression(raw, {
    ...rest,
    place: { file: place.file, ...positionOf(text, start, place), ...indent },
  });
}
