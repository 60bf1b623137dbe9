import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect } from 'vitest';

const folder = join(import.meta.dirname, '..', '..', 'schemas', 'output');
const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
formats.default(ajv);
for (const name of globSync('*.schema.json', { cwd: folder })) {
  ajv.addSchema(JSON.parse(readFileSync(join(folder, name), 'utf8')), name);
}

/** What a command has printed with --json is as `schemas/output/NAME.schema.json` says; returns it. */
export function expectDocument(name: string, printed: string): unknown {
  const document: unknown = JSON.parse(printed);
  const validate = ajv.getSchema(`${name}.schema.json`);
  if (validate === undefined) throw new Error(`there is no schemas/output/${name}.schema.json`);
  validate(document);
  expect(validate.errors ?? [], printed).toEqual([]);
  return document;
}
