import { decimalDocs } from './decimals.ts';
import type { FunctionDoc } from './function-doc.ts';
import { moneyAndDateDocs } from './money-and-dates.ts';
import { tableAndReferenceDocs } from './tables-and-references.ts';

/** Every function that Tradelane adds to JSONata, or to one of its own (`$lookup`). */
export const functionDocs: readonly FunctionDoc[] = [
  ...decimalDocs,
  ...moneyAndDateDocs,
  ...tableAndReferenceDocs,
];
