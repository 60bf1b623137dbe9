import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Schema, schemasTables } from './schema-tables.ts';

/** What commands print with `--json`: a section for each document, then what several of them have in them. */
export async function outputPage(root: string): Promise<string> {
  const folder = join(root, 'schemas', 'output');
  const read = async (name: string) => inOneFile(JSON.parse(await readFile(join(folder, name), 'utf8')));
  const names = (await readdir(folder)).filter((name) => name !== partsFile).sort();
  const documents = await Promise.all(names.map(read));
  const parts = await read(partsFile);
  const roots = documents.map((schema) => {
    return [`tradelane ${String(schema['title'])}`, wholeOf(schema, parts)] as const;
  });
  return ['# Documents of commands', about, schemasTables(roots, parts, 'json')].join('\n\n');
}

const partsFile = 'parts.schema.json';

const about =
  'With `--json` a command prints one document. Those that are described here stay as they are: members may be added, none is taken away or means something else. Their JSON Schemas are the files of `schemas/output/`; a test holds what the commands print against them. What does not apply is absent, and times are RFC 3339.';

/** A document may be one of the parts, with more of it required. */
function wholeOf({ $ref, ...schema }: Schema, parts: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(String($ref))?.[1];
  if (name === undefined) return schema;
  const part = (parts['$defs'] as Readonly<Record<string, Schema>>)[name];
  const required = [part, schema].flatMap((each) => (each?.['required'] ?? []) as readonly unknown[]);
  return { ...part, ...schema, required };
}

/** References from file to file, as if all were one. */
function inOneFile(schema: unknown): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll(`"${partsFile}#/`, '"#/')) as Schema;
}
