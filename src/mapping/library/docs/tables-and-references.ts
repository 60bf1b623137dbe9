import type { FunctionDoc } from './function-doc.ts';

const unknownCountry = '$fail("COUNTRY_UNKNOWN", "country is not in the table")';

export const tableAndReferenceDocs: readonly FunctionDoc[] = [
  {
    name: 'lookup',
    signature: '$lookup(table, key, otherwise?)',
    gives: 'the row of a lookup table',
    parameters: [
      { name: 'table', means: 'name of a file in `config/tables`, without its ending' },
      { name: 'key', means: 'a text or a number; a missing one gives nothing' },
      { name: 'otherwise', means: 'what a key without a row gives; without it that is an error' },
    ],
    examples: [
      { expression: '$lookup("countries", "Germany")', gives: 'DE' },
      { expression: '$lookup("tax", rate).account', input: { rate: 19 }, gives: '8400' },
      {
        expression: '$lookup("countries", "Atlantis")',
        fails:
          '$lookup: the table "countries" has no row for "Atlantis"; hint: add the row, or say what then: `missing` in the table, or a third argument',
      },
      {
        expression: '$lookup("countries", country)',
        input: { country: 'germany ' },
        fails:
          '$lookup: the table "countries" has no row for "germany "; hint: add the row, or say what then: `missing` in the table, or a third argument',
      },
      { expression: '$lookup("countries", country)', input: {}, givesNothing: true },
      { expression: '$lookup("countries", "Atlantis", "XX")', gives: 'XX' },
      { expression: '$lookup("countries", "Atlantis") ?: "XX"', gives: 'XX' },
      {
        expression: `$lookup("countries", country) ?: ${unknownCountry}`,
        input: { country: 'Atlantis' },
        fails: 'country is not in the table',
        code: 'COUNTRY_UNKNOWN',
      },
      {
        expression: '$lookup(address, "city")',
        input: { address: { city: 'Bern' } },
        gives: 'Bern',
      },
      {
        expression: '$lookup("countrys", "Germany")',
        fails:
          'argument 1 of $lookup names no lookup table (there are: countries, tax); hint: tables are files in config/tables, named without their ending',
      },
    ],
  },
  {
    name: 'xref',
    signature: '$xref(entity, id)',
    gives: 'the id of a record on the other side; nothing where it is not known there',
    parameters: [
      { name: 'entity', means: 'what kind of record it is: `customer`, `order`, …' },
      { name: 'id', means: 'its key at the source; a missing or empty one gives nothing' },
    ],
    examples: [
      {
        expression: '$xref("customer", customer.number)',
        input: { customer: { number: 'C-17' } },
        gives: '8f3a',
      },
      {
        expression: '$xref("customer", customer.number)',
        input: { customer: { number: 'C-99' } },
        givesNothing: true,
      },
      {
        expression: '$xref("customer", customer)',
        input: { customer: { number: 'C-17' } },
        fails: 'argument 2 of $xref (`customer`) must be an id, got an object',
      },
    ],
  },
  {
    name: 'skip',
    signature: '$skip(reason?)',
    gives: 'nothing: the record is filtered out',
    parameters: [{ name: 'reason', means: 'a text that tells people why' }],
    examples: [
      {
        expression: 'status = "draft" ? $skip("is a draft") : number',
        input: { number: '4711', status: 'draft' },
        skips: 'is a draft',
      },
      {
        expression: 'status = "draft" ? $skip("is a draft") : number',
        input: { number: '4711', status: 'open' },
        gives: '4711',
      },
      { expression: '$skip(404)', fails: 'argument 1 of $skip must be a string, got a number' },
    ],
  },
  {
    name: 'fail',
    signature: '$fail(code, message?)',
    gives: 'nothing: the record goes to the errors',
    parameters: [
      {
        name: 'code',
        means: 'a code of your own, to find and replay such records by; without one it is `TL_MAP_REFUSED`',
      },
      { name: 'message', means: 'a text that tells people what to correct' },
    ],
    examples: [
      {
        expression: '$fail("NO_TAX_CODE", "no tax code for " & country)',
        input: { country: 'Norway' },
        fails: 'no tax code for Norway',
        code: 'NO_TAX_CODE',
      },
      {
        expression: '$fail(null, "no tax code")',
        fails: 'no tax code',
        code: 'TL_MAP_REFUSED',
      },
      {
        expression: '$fail("TL_TARGET_REJECTED", "no tax code")',
        fails: 'codes that begin with TL_ are kept for the engine; hint: choose a code of your own',
      },
    ],
  },
];
