import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { choose, type Wish } from '../../../src/app/init/choice.ts';
import { composeWorkspace } from '../../../src/app/init/compose-workspace.ts';
import { listOffer, type Offer } from '../../../src/app/init/ends.ts';
import { fillTemplate, loadTemplates } from '../../../src/app/init/templates.ts';
import type { Surroundings } from '../../../src/app/surroundings.ts';
import { createOfflinePlans } from '../../../src/flow-test/compile-offline.ts';
import { runTests } from '../../../src/flow-test/run-tests.ts';
import { selectCases } from '../../../src/flow-test/select-cases.ts';
import { formatFinding } from '../../../src/workspace/finding.ts';
import { openWorkspace } from '../../../src/workspace/load/load-workspace.ts';

const root = join(import.meta.dirname, '../../..');
const clock = { now: () => Date.UTC(2026, 0, 15) };
const templates = await loadTemplates(root);
const loaded = await openWorkspace(join(root, 'templates'), { env: {}, builtinDir: root });
const offer = listOffer(loaded.workspace, templates);

const combinations = offer.sources.flatMap((source) =>
  offer.targets
    .filter(({ entity }) => entity === source.entity)
    .map((target) => ({ entity: source.entity, source: source.connector, target: target.connector })),
);

it('offers every connector that reads or writes an entity', () => {
  const connectors = (ends: Offer['sources']) => [...new Set(ends.map(({ connector }) => connector))];
  expect(connectors(offer.sources)).toEqual(['business-central', 'file', 'http', 'hubspot', 'ordercloud']);
  expect(connectors(offer.targets)).toEqual(['business-central', 'file', 'http', 'hubspot', 'ordercloud']);
  expect(combinations.length).toBeGreaterThan(40);
});

it.each(combinations)(
  'writes what validates and tests: $entity, $source to $target',
  {
    timeout: 60_000,
  },
  async (wish) => {
    const files = await composeWorkspace(choose(wish, offer), await tools());
    const workspace = loaded.parse(files.filter(({ path }) => /^(flows|config)\//.test(path)));
    expect(workspace.findings.map(formatFinding)).toEqual([]);
    expect(workspace.flows.size).toBe(1);
    const plans = createOfflinePlans(workspace, clock);
    const results = [];
    for (const selected of selectCases(workspace, [])) results.push(await runTests(plans, selected));
    await plans.close();
    const cases = results.flatMap((result) => result.cases);
    expect(cases.length).toBeGreaterThan(0);
    expect(results.map(({ fault, mistakes }) => ({ fault, mistakes }))).toEqual([{ mistakes: [] }]);
    expect(cases.map(({ case: name, ok, mismatches }) => ({ name, ok, mismatches }))).toEqual(
      cases.map(({ case: name }) => ({ name, ok: true, mismatches: [] })),
    );
  },
);

it.each([
  [
    { source: 'shopify' },
    '--source: there is no connector "shopify" to read from; there is "business-central", ',
  ],
  [{ target: 'hubsot' }, '--target: there is no connector "hubsot" to write to; did you mean "hubspot"?'],
  [{ entity: 'ordr' }, '--entity: there is no entity "ordr"; did you mean "order"?'],
  [
    { source: 'hubspot', entity: 'order' },
    '--entity order: hubspot cannot be read for it; it gives "customer"',
  ],
  [
    { target: 'ordercloud', entity: 'order' },
    '--entity order: ordercloud cannot be written with it; it takes "customer", "price" and "stock"',
  ],
  [{ name: 'My Flow' }, '--name must be a name of lower-case letters, digits and dashes, got "My Flow"'],
])('says what there would be instead of %j', (wish, message) => {
  expect(() => choose(wish, offer)).toThrow(message);
});

it('says what two systems give and take that share nothing', () => {
  const [end] = offer.sources;
  const lonely = { ...offer, targets: [{ ...end!, connector: 'cellar', entity: 'wine' }] };
  expect(() => choose({ target: 'cellar' }, lonely)).toThrow('cellar takes "wine": they share nothing');
});

it('gives connections of one system two names', () => {
  const { source, target } = choose({ source: 'hubspot', target: 'hubspot' }, offer);
  expect([source.name, target.name]).toEqual(['hubspot-source', 'hubspot-target']);
});

it('lists each variable of the connections in .env.example, with the default that the file has', async () => {
  const wish = { source: 'ordercloud', target: 'hubspot' };
  const files = await composeWorkspace(choose(wish, offer), await tools());
  const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const named = [...textOf('config/connections.yaml').matchAll(/\$\{(\w+):-([^}]*)\}/g)];
  expect(named.length).toBeGreaterThan(5);
  for (const [, name, value] of named) expect(textOf('.env.example')).toContain(`\n#${name}=${value}\n`);
});

it('writes a check for build machines that the guide shows, with the variables of its systems', async () => {
  const textOf = async (wish: Wish, path: string) =>
    (await composeWorkspace(choose(wish, offer), await tools())).find((file) => file.path === path)?.text ??
    '';
  const workflow = '.github/workflows/tradelane.yml';
  const guide = readFileSync(join(root, 'docs/validate-in-git.md'), 'utf8');
  expect(guide).toContain(`# ${workflow}\n${await textOf({}, workflow)}`);
  const named = await textOf({ source: 'ordercloud', target: 'hubspot' }, workflow);
  expect(named).toMatch(/^ {4}env:\n {6}ORDERCLOUD_BASE_URL: "http:\/\/127\.0\.0\.1:9001"\n/m);
  const manifest = JSON.parse(await textOf({}, 'package.json'));
  expect(manifest).toMatchObject({ name: 'shop-co', private: true, dependencies: { tradelane: '^1.2.3' } });
});

it('fills lines and whole blocks, and leaves out what is empty', () => {
  const text = 'a: %one%\nb:\n  %many%\n%none%\nc\n';
  expect(fillTemplate(text, { one: '1', many: 'x\ny\n', none: '' })).toBe('a: 1\nb:\n  x\n  y\nc\n');
  expect(() => fillTemplate('%unknown%', {})).toThrow('%unknown%');
});

async function tools() {
  return { around, loaded, templates, dir: '/srv/Shop & Co', dependency: '^1.2.3' };
}

const silent = new PassThrough();
const around: Surroundings = {
  env: {},
  logTo: silent,
  clock,
  random: () => 0,
  packageDir: root,
  stop: new AbortController().signal,
};
