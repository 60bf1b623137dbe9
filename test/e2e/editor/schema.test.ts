import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { shapeNames } from '../../../src/workspace/shape-names.ts';
import { callCli } from '../../support/call-cli.ts';

const root = join(import.meta.dirname, '../../..');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tradelane-schema-'));
  for (const part of ['config', 'flows']) await cp(join(root, part), join(dir, part), { recursive: true });
});

afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

it('lists the schemas of files and entities', { timeout: 60_000 }, async () => {
  const { code, stdout } = await callCli(['schema', '--json']);
  const { schemas } = JSON.parse(stdout) as { schemas: { name: string; kind: string; about: string }[] };
  expect(code).toBe(0);
  expect(schemas.filter(({ kind }) => kind === 'file').map(({ name }) => name)).toEqual(shapeNames);
  expect(schemas.filter(({ kind }) => kind === 'entity').map(({ name }) => name)).toContain('order');
  for (const { about } of schemas) expect(about).not.toBe('');
});

it('prints a schema as it is published, and as it is for a workspace', { timeout: 60_000 }, async () => {
  const published = await callCli(['schema', 'flow']);
  expect(JSON.parse(published.stdout)).toEqual(
    JSON.parse(await readFile(join(root, 'schemas/flow.schema.json'), 'utf8')),
  );
  const named = await callCli(['schema', 'flow', '--workspace', dir]);
  expect(named.stdout).toContain('"const":"commerce"');
  expect(published.stdout).not.toContain('"const":"commerce"');
});

it('writes all of them where files look for them, and nothing else', { timeout: 60_000 }, async () => {
  const { code, stdout } = await callCli(['schema', '--workspace', '--json'], { cwd: dir });
  expect(code).toBe(0);
  const { files } = JSON.parse(stdout) as { files: string[] };
  expect(files).toEqual(shapeNames.map((name) => `.tradelane/schemas/${name}.schema.json`));
  for (const file of files) compileSchema(JSON.parse(await readFile(join(dir, file), 'utf8')));
  expect((await readdir(dir)).toSorted()).toEqual(['.tradelane', 'config', 'flows']);
});

it.each([
  [['schema', 'flwo'], 'there is no schema "flwo"; did you mean "flow"?'],
  [['schema', '--workspace', '/nowhere'], 'there is no folder /nowhere'],
  [['schema', '--workspace', tmpdir()], 'is no workspace'],
])('refuses %j', { timeout: 60_000 }, async (args, message) => {
  expect(await callCli(args)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
    stdout: '',
  });
});
