import { compileJsonata, type Node, syntaxTree, walk } from '../jsonata.ts';

/** The formats that calls of `$date` are given as a text, and where each begins in the expression. */
export function dateFormatsIn(text: string): readonly { readonly format: string; readonly offset: number }[] {
  if (!text.includes('$date')) return [];
  return [...walk(syntaxTree(compileJsonata(text)))].flatMap((node) => {
    const format = isDate(node) ? node.arguments?.[1] : undefined;
    if (format?.type !== 'string' || typeof format.value !== 'string') return [];
    // JSONata's position of a text is behind its closing quote.
    const offset = text.lastIndexOf(format.value, (format.position ?? text.length) - 1);
    return [{ format: format.value, offset: Math.max(0, offset) }];
  });
}

function isDate({ type, procedure }: Node): boolean {
  return type === 'function' && procedure?.type === 'variable' && procedure.value === 'date';
}
