import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Block, blocksIn } from './page-sections.ts';

/** A file of an example: what stands in the block, or in the file of the page's own workspace and below the block. */
interface ExampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The two files that the page shows before its first section, by path. */
export function baseOf(page: string): ReadonlyMap<string, string> {
  const before = page.slice(0, page.search(/^### /m));
  return new Map(blocksIn(before).map((block) => [nameOf(block).path, block.text]));
}

/** A folder with the files of an example over those of the page's base; `use` has it to itself. */
export async function withExampleFolder<T>(
  files: readonly Block[],
  base: ReadonlyMap<string, string>,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-example-'));
  try {
    const all = new Map([...base].map(([path, text]) => [path, Buffer.from(text)] as [string, Uint8Array]));
    for (const block of files) {
      const { path, bytes } = toFile(block, base);
      all.set(path, bytes);
    }
    for (const [path, bytes] of all) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), bytes);
    }
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function toFile(block: Block, base: ReadonlyMap<string, string>): ExampleFile {
  const { path, encoding } = nameOf(block);
  const text = /\.(json|csv)$/.test(path) ? block.text.replace(/^.*\n/, '') : block.text;
  return { path, bytes: Buffer.from(text + leftOut(text, base.get(path) ?? ''), encoding) };
}

/** `# flows/a.yaml`, or `# flows/a.yaml (saved as Windows-1252)`. */
function nameOf({ text }: Block): { readonly path: string; readonly encoding: BufferEncoding } {
  const named = /^(?:#|\/\/|\/\*) (\S+)( \(saved as Windows-1252\))?/.exec(text);
  if (named?.[1] === undefined) throw new Error(`the first line of an example names its file: ${text}`);
  return { path: named[1], encoding: named[2] === undefined ? 'utf8' : 'latin1' };
}

/** The keys of the base that the example leaves out: connections, or keys of the first level. */
function leftOut(text: string, base: string): string {
  const level = base.includes('\nconnections:\n') ? '  ' : '';
  const entries = base.split(new RegExp(`^(?=${level}[\\w-]+:)`, 'm')).slice(1);
  const keyOf = (entry: string) => entry.slice(0, entry.indexOf(':') + 1);
  return entries.filter((entry) => !`\n${text}`.includes(`\n${keyOf(entry)}`)).join('');
}
