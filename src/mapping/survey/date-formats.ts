import { compileJsonata, syntaxTree, walk } from '../expression/jsonata.ts';
import type { Node } from '../node.ts';

/** The format of a date that an expression writes out. */
export interface WrittenFormat {
  readonly format: string;
  /** Where it begins in the expression. */
  readonly offset: number;
  /** In tokens (`dd.MM.yyyy`), or in the pictures of JSONata's own functions (`[D01].[M01].[Y]`). */
  readonly notation: 'tokens' | 'picture';
}

/** Which argument is a format, and how it is written. */
const formatted: Readonly<Record<string, readonly [argument: number, notation: WrittenFormat['notation']]>> =
  {
    date: [1, 'tokens'],
    fromMillis: [1, 'picture'],
    toMillis: [1, 'picture'],
    now: [0, 'picture'],
  };

/** The formats that calls of date functions are given as a text. */
export function dateFormatsIn(text: string): readonly WrittenFormat[] {
  if (!/\$(?:date|fromMillis|toMillis|now)\b/.test(text)) return [];
  return [...walk(syntaxTree(compileJsonata(text)))].flatMap((node) => {
    const [argument, notation] = formattedBy(node) ?? [];
    const format = argument === undefined ? undefined : node.arguments?.[argument];
    if (notation === undefined || format?.type !== 'string' || typeof format.value !== 'string') return [];
    // JSONata's position of a text is behind its closing quote.
    const offset = text.lastIndexOf(format.value, (format.position ?? text.length) - 1);
    return [{ format: format.value, offset: Math.max(0, offset), notation }];
  });
}

function formattedBy({ type, procedure }: Node): (typeof formatted)[string] | undefined {
  if (type !== 'function' || procedure?.type !== 'variable') return undefined;
  const name = String(procedure.value);
  return Object.hasOwn(formatted, name) ? formatted[name] : undefined;
}
