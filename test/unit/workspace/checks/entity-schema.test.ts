import { expect, it } from 'vitest';
import { findingsOf, makeWorkspace } from '../make-workspace.ts';

it.each([
  [
    '{ "type": ["string", "nul"] }',
    '1:11 `type` must be "string", "number", "integer", "boolean", "object", "array" or "null", or a list of these',
  ],
  ['{ "required": "number" }', '1:15 `required` must be an array, got a string'],
  [
    '{ "properties": { "number": 3 } }',
    '1:29 `properties.number` must be an object or a boolean, got a number',
  ],
  ['{ "properties": { "number": { "minlength": 3 } } }', '1:31 unknown keyword "minlength"'],
  ['{ "properties": { "mail": { "format": "emal" } } }', '1:39 unknown format "emal"'],
  ['{ "properties": { "total": { "$ref": "#/$defs/mony" } } }', '1:38 `$ref` leads nowhere: "#/$defs/mony"'],
  ['{ "pattern": "(" }', '1:1 this is no valid JSON Schema: '],
  ['[]', '1:1 expected a JSON Schema, an object'],
])('says what is wrong with the schema of an entity, and where: %s', (text, expected) => {
  const found = findingsOf(makeWorkspace({ 'schemas/receipt.schema.json': text }));
  expect(found).toHaveLength(1);
  const [place = '', ...rest] = expected.split(' ');
  expect(found[0]).toContain(`schemas/receipt.schema.json:${place} TLW_SCHEMA_INVALID ${rest.join(' ')}`);
});

it('takes keywords of one’s own, and references between entities', () => {
  const texts = {
    'schemas/receipt.schema.json':
      '{ "x-owner": "shop", "$ref": "https://tradelane.dev/schemas/order.schema.json" }',
  };
  expect(findingsOf(makeWorkspace(texts))).toEqual([]);
});

it('hints at the keyword that was meant', () => {
  const hintsFor = (keyword: string) =>
    makeWorkspace({ 'schemas/receipt.schema.json': `{ "${keyword}": 3 }` }).findings.map(({ hint }) => hint);
  expect(hintsFor('minlength')).toEqual(['did you mean "minLength"?']);
  expect(hintsFor('owner')).toEqual(['keywords of your own begin with x-']);
});
