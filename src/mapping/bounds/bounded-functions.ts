import jsonata from 'jsonata';
import { badArgument } from '../expression/raised.ts';

const widest = 1_000_000;

const native = (await jsonata('$pad').evaluate(undefined)) as {
  readonly implementation: (text: unknown, width: unknown, char: unknown) => unknown;
};

/** `$pad`, but for a width that no text has: JSONata's own would make it, whatever it costs. */
export function pad(text: unknown, width: unknown, char?: unknown): unknown {
  if (typeof width === 'number' && Math.abs(width) > widest) {
    throw badArgument('pad', 2, `a width of at most ${widest}`, width);
  }
  return native.implementation(text, width, char);
}

/** `$distinct`, in a time that grows with the list: JSONata's own compares each member with all others. */
export function distinct(list: unknown): unknown {
  if (!Array.isArray(list) || list.length <= 1) return list;
  const seen = new Set<unknown>();
  const kept: unknown[] = list.filter((value) => {
    const identity = identityOf(value);
    return !seen.has(identity) && seen.add(identity);
  });
  return 'sequence' in list ? Object.assign(kept, { sequence: true }) : kept;
}

/** The same for whatever is deeply equal: of lists and objects a text, which no text of the data can be. */
function identityOf(value: unknown): unknown {
  if (typeof value === 'string') return `"${value}`;
  if (typeof value !== 'object' || value === null || '_jsonata_lambda' in value) return value;
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
