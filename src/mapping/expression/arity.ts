import jsonata from 'jsonata';
import { jsonataFunctionNames } from './jsonata-functions.ts';

/** How many arguments a function takes. */
export interface Arity {
  readonly least: number;
  readonly most: number;
}

/** Of our own functions; a test compares them with what is documented. */
const ownArities: Readonly<Record<string, Arity>> = {
  decimal: { least: 1, most: 2 },
  plus: { least: 2, most: 2 },
  minus: { least: 2, most: 2 },
  times: { least: 2, most: 2 },
  dividedBy: { least: 2, most: 2 },
  rounded: { least: 1, most: 3 },
  total: { least: 1, most: 1 },
  money: { least: 2, most: 2 },
  date: { least: 1, most: 3 },
  lookup: { least: 2, most: 3 },
  xref: { least: 2, most: 2 },
  skip: { least: 0, most: 1 },
  fail: { least: 1, most: 2 },
};

interface Signature {
  /** `<s-nn?:s>`: `-` may be taken from the context, `?` may be left out, `+` may come more than once. */
  readonly definition?: string;
}

const anyNumber: Arity = { least: 0, most: Number.POSITIVE_INFINITY };

/** JSONata's own functions say in their signature what they take (docs.jsonata.org, "Function signatures"). */
const nativeArities: ReadonlyMap<string, Arity> = new Map(
  await Promise.all(
    jsonataFunctionNames.map(async (name): Promise<[string, Arity]> => {
      const native = (await jsonata(`$${name}`).evaluate(undefined)) as { readonly signature?: Signature };
      return [name, toArity(native.signature?.definition)];
    }),
  ),
);

function toArity(definition: string | undefined): Arity {
  if (definition === undefined) return anyNumber;
  // What a list or a function is made of says nothing of how many there are.
  const [parameters = ''] = definition
    .slice(1, -1)
    .replaceAll(/<[^<>]*>/g, '')
    .split(':');
  const marks = [...parameters.matchAll(/(?:\([^)]*\)|[a-z])([-?+]?)/g)].map((match) => match[1]);
  return {
    least: marks.filter((mark) => mark === '' || mark === '+').length,
    most: marks.includes('+') ? Number.POSITIVE_INFINITY : marks.length,
  };
}

/** `undefined` for a function that nobody knows. */
export function arityOf(name: string): Arity | undefined {
  return ownArities[name] ?? nativeArities.get(name);
}
