import type { InputPlace } from '../../../mapping/survey/value.ts';
import type { SchemaNode } from '../schema-node.ts';
import { typesOf } from '../schema-node.ts';
import { atPlace, fitsPattern } from './schema-places.ts';

/** What an amount is: a decimal text by its schema, or a number that is called like one. */
export type AmountKind = 'decimal' | 'number';

/** Is the value at a place an amount? Without a schema that knows it, its name decides. */
export function amountAt(root: SchemaNode | undefined, place: InputPlace): AmountKind | undefined {
  const found = root === undefined ? undefined : atPlace(root, place);
  if (found === undefined || found.is === 'open') return isAmountWord(place) ? 'number' : undefined;
  if (found.is === 'absent') return undefined;
  if (found.nodes.some(isDecimal)) return 'decimal';
  const isNumber = found.nodes.some((node) =>
    typesOf(node).some((type) => /^(?:number|integer)$/.test(type)),
  );
  return isNumber && isAmountWord(place) ? 'number' : undefined;
}

export function isDecimal(node: SchemaNode): boolean {
  const { pattern } = node.schema;
  if (!typesOf(node).includes('string') || typeof pattern !== 'string') return false;
  const isTaken = (text: string) => fitsPattern(text, pattern);
  return ['12.50', '0', '1'].every(isTaken) && !['', 'a', '1.5a', '2026-01-01', '1,5'].some(isTaken);
}

const words = new Set(
  'amount price total subtotal tax vat net gross cost discount sum balance fee charge revenue'.split(' '),
);

/** `UnitPrice`, `line_total`, `fees`: the last word counts, so that `priceList` and `taxCode` are none. */
function isAmountWord(place: InputPlace): boolean {
  const [last = ''] = (place.at(-1) ?? '')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '')
    .slice(-1);
  const word = last.toLowerCase();
  return words.has(word) || (word.endsWith('s') && words.has(word.slice(0, -1)));
}
