import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endpointTable } from './endpoint-table.ts';
import { generateDocs } from './generate-docs.ts';
import { generateTypes } from './generate-types.ts';

/**
 * TypeScript types and defaults, and the reference pages of docs/, from schemas, manifests and
 * commands. Run with node; `--check` writes nothing, names the files that are not what their source gives, and exits
 * with 1 if there are any.
 */
const root = join(import.meta.dirname, '..');

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const { path, text } of await generateTypes(root)) await bring(path, text);
const inputs = (await readdir(join(root, 'schemas/input'))).map((file) => file.replace('.schema.json', ''));
const table = endpointTable(new Set(inputs));
await bring(table.path, table.text);
for (const { path, text } of await generateDocs(root)) await bring(path, text);

for (const file of stale) console.log(isCheck ? `${file} is stale: run npm run generate` : `${file} written`);
if (isCheck && stale.length > 0) process.exitCode = 1;

async function bring(file: string, generated: string): Promise<void> {
  if (generated === (await readIfThere(join(root, file)))) return;
  stale.push(file);
  if (!isCheck) await write(join(root, file), generated);
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
