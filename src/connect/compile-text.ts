import { compileTemplate } from '../mapping/template.ts';
import { type Declaration, functionsOf, invalid, located, members, placeOf } from './declaration.ts';

/** What a template may speak of: config, key, keys, id, etag, record, cursor, last, payload, where, … */
export type TemplateScope = Readonly<Record<string, unknown>>;

/** A value of a manifest that may hold `{{expressions}}`. */
export interface Text {
  readonly source: string;
  readonly declared: Declaration;
  /** A plain value where it can be had at once; a promise only where JSONata has to run. */
  evaluate(scope: TemplateScope): unknown;
}

/** Strings are templates; anything else stands for itself. `encode` is applied to what the expressions give. */
export function compileText(declared: Declaration, encode?: (value: string) => string): Text {
  const { value } = declared;
  if (typeof value !== 'string' || !value.includes('{{')) {
    return { source: String(value), declared, evaluate: () => value };
  }
  const place = placeOf(declared);
  const template = located(declared, () =>
    compileTemplate(value, {
      functions: functionsOf(declared),
      ...(place && { place }),
      ...(encode && { encode }),
    }),
  );
  return { source: value, declared, evaluate: template.evaluate };
}

/** An object of texts: `query`, `headers`. Members without a value are left out. */
export interface Texts {
  readonly sources: Readonly<Record<string, string>>;
  evaluate(scope: TemplateScope): Promise<Readonly<Record<string, unknown>>>;
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze({});

export function compileTexts(declared: Declaration | undefined): Texts {
  const texts = members(declared).map(([name, each]) => [name, compileText(refuseNested(each))] as const);
  const sources = Object.fromEntries(texts.map(([name, text]) => [name, text.source]));
  if (texts.length === 0) return { sources, evaluate: async () => nothing };
  return {
    sources,
    async evaluate(scope) {
      const values: Record<string, unknown> = {};
      for (const [name, text] of texts) {
        const value = text.evaluate(scope);
        const settled = value instanceof Promise ? await value : value;
        if (settled !== undefined && settled !== null) values[name] = settled;
      }
      return values;
    },
  };
}

function refuseNested(declared: Declaration): Declaration {
  const { value } = declared;
  const isList = Array.isArray(value) && value.every((each) => typeof each !== 'object');
  if (typeof value !== 'object' || value === null || isList) return declared;
  throw invalid(declared, 'must be a text, a number, true, false, or a list of these');
}
