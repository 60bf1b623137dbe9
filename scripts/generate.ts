import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import { generateDocs } from './generate-docs.ts';

/**
 * The TypeScript types of the canonical entities and the reference pages of docs/, from schemas, manifests and
 * commands. Run with node; `--check` writes nothing, names the files that are not what their source gives, and exits
 * with 1 if there are any.
 */
const entities = ['order', 'customer', 'stock', 'price'];
const root = join(import.meta.dirname, '..');

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const entity of entities) await bring(`src/contract/generated/${entity}.ts`, await generate(entity));
for (const { path, text } of await generateDocs(root)) await bring(path, text);

for (const file of stale) console.log(isCheck ? `${file} is stale: run npm run generate` : `${file} written`);
if (isCheck && stale.length > 0) process.exitCode = 1;

async function bring(file: string, generated: string): Promise<void> {
  if (generated === (await readIfThere(join(root, file)))) return;
  stale.push(file);
  if (!isCheck) await write(join(root, file), generated);
}

async function generate(entity: string): Promise<string> {
  const source = `schemas/${entity}.schema.json`;
  const schema = JSON.parse(await readFile(join(root, source), 'utf8'));
  // The generator reads titles as type names; those of single values are words for people.
  for (const [name, definition] of Object.entries<{ title?: string; type?: string }>(schema.$defs)) {
    if (definition.type !== 'object') delete schema.$defs[name].title;
  }
  const types = await compile(withSharedTypes(schema), entity, {
    bannerComment: `// Generated from ${source} by npm run generate`,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110, trailingComma: 'all', bracketSpacing: true },
  });
  return toReadonly(types);
}

/** A `$ref` with a description beside it would become a type of its own; inside `allOf` it stays the shared one. */
function withSharedTypes<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withSharedTypes) as T;
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...rest } = Object.fromEntries(
    Object.entries(node).map(([name, child]) => [name, withSharedTypes(child)]),
  );
  if ($ref === undefined) return rest as T;
  return (Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] }) as T;
}

/** Entities are values: nobody changes one in place. */
function toReadonly(types: string): string {
  return types
    .replace(/^( +)((?:\w+|'[^']+'|\[k: string\])\??: )/gm, '$1readonly $2')
    .replace(/: (\w+)\[\]/g, ': readonly $1[]');
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
