import { compileJsonata, syntaxTree, walk } from '../expression/jsonata.ts';
import type { Node } from '../node.ts';
import { createSurveyor } from './create-surveyor.ts';
import type { Arithmetic, Comparison, NameRead } from './notes.ts';
import { atPlaces, type Value } from './value.ts';

/** What an expression does with its input, as far as that is sure. */
export interface Survey {
  readonly reads: readonly NameRead[];
  readonly arithmetic: readonly Arithmetic[];
  readonly comparisons: readonly Comparison[];
  readonly result: Value;
  readonly tree: Node;
}

/** Follows an expression's input through it, without evaluating. `undefined` for what is no expression, or too large a one. */
export function surveyExpression(text: string): Survey | undefined {
  const tree = parse(text);
  if (tree === undefined) return undefined;
  const survey = { reads: [] as NameRead[], arithmetic: [] as Arithmetic[], comparisons: [] as Comparison[] };
  const surveyor = createSurveyor({ text, rebound: namesBoundTwice(tree), ...survey });
  const input = atPlaces([[]]);
  const result = surveyor.follow(tree, { input, variables: new Map([['$', input]]) });
  return surveyor.finish() ? { ...survey, result, tree } : undefined;
}

function parse(text: string): Node | undefined {
  try {
    return syntaxTree(compileJsonata(text));
  } catch {
    return undefined;
  }
}

/** Variables whose value depends on which of several assignments was last. */
function namesBoundTwice(tree: Node): ReadonlySet<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const node of walk(tree)) {
    if (node.type !== 'bind') continue;
    const name = String((node.lhs as Node).value);
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return twice;
}
