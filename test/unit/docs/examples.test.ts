import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { formatFinding } from '../../../src/workspace/finding.ts';
import { loadWorkspace } from '../../../src/workspace/load/load-workspace.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const pages = ['README.md', 'docs/flows.md', 'docs/files.md', 'docs/connections-and-connectors.md'];
const tidyUp: string[] = [];

afterEach(async () => {
  for (const dir of tidyUp.splice(0)) await rm(dir, { recursive: true, force: true });
});

it.each(pages)('whole examples are valid: %s', async (page) => {
  const blocks = await yamlBlocks(page);
  const flows = blocks.filter((text) => /^flow:/m.test(text));
  const connections = blocks.filter((text) => /^connections:/m.test(text));
  expect(flows.length + connections.length).toBeGreaterThan(0);
  const dir = await createWorkspace(flows, connections);
  const { findings } = await loadWorkspace(dir, {
    env: { OC_CLIENT: 'a', ERP_TOKEN: 'b' },
    builtinDir: root,
  });
  // Addresses and files of an example are nobody's; everything else must be as a reader would write it.
  const serious = findings.filter(({ code }) => code !== 'TLW_CONNECTION_UNUSED' && code !== 'TLW_ENV_FILE');
  expect(serious.map(formatFinding)).toEqual([]);
});

async function yamlBlocks(page: string): Promise<readonly string[]> {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
}

/** The flows of a page over its own connections, and those of the repository for names that it does not bring. */
async function createWorkspace(flows: readonly string[], connections: readonly string[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-docs-'));
  tidyUp.push(dir);
  await mkdir(join(dir, 'flows'));
  await mkdir(join(dir, 'config'));
  await cp(join(root, 'config/tables'), join(dir, 'config/tables'), { recursive: true }).catch(() => {});
  const known = parse(await readFile(join(root, 'config/connections.yaml'), 'utf8')).connections;
  const own = connections.map((text) => parse(text).connections);
  const all = { connections: Object.assign({}, known, ...own) };
  await writeFile(join(dir, 'config/connections.yaml'), stringify(all));
  for (const [nth, text] of flows.entries()) await writeFile(join(dir, `flows/example-${nth}.yaml`), text);
  return dir;
}
