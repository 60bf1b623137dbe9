import type { Declaration } from '../declaration.ts';

/** Does any of these expressions look at a member of the answer with this name, at whatever depth? */
export function compileSpeaksOf(declared: readonly (Declaration | undefined)[]): (name: string) => boolean {
  const texts = declared
    .flatMap((each) => textsOf(each?.value))
    // What stands in quotes is no name.
    .map((text) => text.replace(/"[^"]*"|'[^']*'/g, ''));
  return (name) => {
    const word = new RegExp(`(?<![\\w$])${name.replace(/\W/g, '\\$&')}(?!\\w)`);
    return texts.some((text) => word.test(text));
  };
}

function textsOf(tree: unknown): readonly string[] {
  if (typeof tree === 'string') return [tree];
  return typeof tree === 'object' && tree !== null ? Object.values(tree).flatMap(textsOf) : [];
}
