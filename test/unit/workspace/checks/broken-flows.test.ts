import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Finding, formatFinding, formatPlace } from '../../../../src/workspace/finding.ts';
import { loadBuiltin } from '../../../../src/workspace/load/load-builtin.ts';
import { parseWorkspace } from '../../../../src/workspace/load/parse-workspace.ts';
import { readSources } from '../../../../src/workspace/load/read-files.ts';
import type { Builtin } from '../../../../src/workspace/workspace.ts';

type Texts = Readonly<Record<string, string>>;

/** One mistake; the head of broken-flows.yaml says what each key is. */
interface Broken {
  readonly name: string;
  readonly finds: string;
  readonly says: string;
  readonly add?: string;
  readonly flow?: string;
  readonly files?: Texts;
}

const root = join(import.meta.dirname, '..', '..', '..', '..');
const text = await readFile(join(import.meta.dirname, 'broken-flows.yaml'), 'utf8');
const { base, flows, sound } = parse(text) as {
  readonly base: Texts;
  readonly flows: readonly Broken[];
  readonly sound: readonly Pick<Broken, 'name' | 'add' | 'flow' | 'files'>[];
};
const rows: string[][] = [];
let builtin: Builtin;

beforeAll(async () => {
  builtin = await loadBuiltin(await readSources(root));
});

afterAll(() => {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  process.stdout.write(`${rows.length} broken flows\n${lines.map((line) => line.trimEnd()).join('\n')}\n`);
});

it('stand over a workspace without a mistake', async () => {
  expect(await findingsIn(base)).toEqual([]);
});

it('are at least sixty, of all kinds', () => {
  expect(flows.length).toBeGreaterThanOrEqual(60);
  expect(new Set(flows.map(({ finds }) => finds.split(' ')[1])).size).toBeGreaterThanOrEqual(45);
});

it.each(flows)('finds $name, and nothing else', async ({ name, finds, says, ...broken }) => {
  const found = await findingsIn(filesOf(broken));
  for (const each of found) rows.push([name, formatPlace(each), each.code, wordsOf(each)]);
  const expected = /^\d/.test(finds) ? `flows/orders.yaml:${finds}` : finds;
  expect(found.map((each) => `${formatPlace(each)} ${each.code}`)).toEqual([expected]);
  expect(found.map(wordsOf).join()).toContain(says);
});

it.each(sound)('finds nothing in $name', async ({ name: _, ...files }) => {
  expect((await findingsIn(filesOf(files))).map(formatFinding)).toEqual([]);
});

function filesOf({ add = '', flow = base['flows/orders.yaml'] ?? '', files }: Partial<Broken>): Texts {
  return { ...base, 'flows/orders.yaml': flow + add, ...files };
}

function wordsOf({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

/** As `validate` finds them in a folder with these files. */
async function findingsIn(files: Texts): Promise<readonly Finding[]> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-broken-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(dir, path)), { recursive: true });
      await writeFile(join(dir, path), content);
    }
    const { files: sources, code, strays } = await readSources(dir);
    const env = { ERP_TOKEN: 'x' };
    return parseWorkspace(sources, { dir, env, builtin, code, strays, fileExists: () => false }).findings;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
