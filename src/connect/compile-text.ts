import { andThen, type Soon } from '../contract/soon.ts';
import { evaluateAll } from '../mapping/expression/expression.ts';
import { compileTemplate } from '../mapping/template.ts';
import { type Declaration, functionsOf, invalid, located, members, placeOf } from './declaration.ts';

/** What a template may speak of: config, key, keys, id, etag, record, cursor, last, payload, where, … */
export type TemplateScope = Readonly<Record<string, unknown>>;

/** A value of a manifest that may hold `{{expressions}}`. */
export interface Text {
  readonly source: string;
  readonly declared: Declaration;
  /** It has no expressions: it gives the same every time. */
  readonly isFixed: boolean;
  /** A plain value where it can be had at once; a promise only where JSONata has to run. */
  evaluate(scope: TemplateScope): unknown;
}

/** Strings are templates; anything else stands for itself. `encode` is applied to what the expressions give. */
export function compileText(declared: Declaration, encode?: (value: string) => string): Text {
  const { value } = declared;
  if (typeof value !== 'string' || !value.includes('{{')) {
    return { source: String(value), declared, isFixed: true, evaluate: () => value };
  }
  const place = placeOf(declared);
  const template = located(declared, () =>
    compileTemplate(value, {
      functions: functionsOf(declared),
      ...(place && { place }),
      ...(encode && { encode }),
    }),
  );
  return { source: value, declared, isFixed: false, evaluate: template.evaluate };
}

/** An object of texts: `query`, `headers`. Members without a value are left out. */
export interface Texts {
  readonly sources: Readonly<Record<string, string>>;
  readonly isFixed: boolean;
  evaluate(scope: TemplateScope): Soon<Readonly<Record<string, unknown>>>;
}

export function compileTexts(declared: Declaration | undefined): Texts {
  const names = members(declared).map(([name]) => name);
  const texts = members(declared).map(([, each]) => compileText(refuseNested(each)));
  const sources = Object.fromEntries(names.map((name, index) => [name, texts[index]?.source ?? '']));
  const join = (values: readonly unknown[]): Readonly<Record<string, unknown>> => {
    const joined: Record<string, unknown> = {};
    names.forEach((name, index) => {
      const value = values[index];
      if (value !== undefined && value !== null) joined[name] = value;
    });
    return joined;
  };
  return {
    sources,
    isFixed: texts.every(({ isFixed }) => isFixed),
    evaluate: (scope) => andThen(evaluateAll(texts, scope), join),
  };
}

function refuseNested(declared: Declaration): Declaration {
  const { value } = declared;
  const isList = Array.isArray(value) && value.every((each) => typeof each !== 'object');
  if (typeof value !== 'object' || value === null || isList) return declared;
  throw invalid(declared, 'must be a text, a number, true, false, or a list of these');
}
