import { present } from '../../contract/present.ts';
import { type Declaration, member } from '../declaration.ts';

/** Every expression of a declared request: inside of its templates, and in its bodies, where each text is one. */
export interface Expressions {
  readonly templates: readonly string[];
  readonly bodies: readonly string[];
}

export function expressionsOf(declared: Declaration): Expressions {
  const parts = ['path', 'query', 'headers'].map((name) => member(declared, name)?.value);
  const bodies = [member(declared, 'body'), member(member(declared, 'bulk'), 'body')];
  return {
    templates: parts
      .flatMap(textsOf)
      .flatMap((text) =>
        [...text.matchAll(/\{\{(.*?)\}\}/gs)].map((match) =>
          present(match[1], 'an expression between braces'),
        ),
      )
      .map(withoutTexts),
    bodies: bodies.flatMap((body) => textsOf(body?.value)).map(withoutTexts),
  };
}

/** Does any of the expressions speak of `word` of the scope? */
export function mentions(expressions: readonly string[], word: string): boolean {
  return expressions.some((text) => new RegExp(`(?<![.\\w$])${word}\\b`).test(text));
}

/** Every text of a tree. */
function textsOf(tree: unknown): readonly string[] {
  if (typeof tree === 'string') return [tree];
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(textsOf) : [];
}

/** What stands in quotes is no name. */
function withoutTexts(expression: string): string {
  return expression.replace(/"[^"]*"|'[^']*'/g, '');
}
