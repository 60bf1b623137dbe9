import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planDocuments } from '../../../../src/workspace/compile/plan-documents.ts';
import { formatPlace, isError } from '../../../../src/workspace/finding.ts';
import { loadWorkspace, openWorkspace } from '../../../../src/workspace/load/load-workspace.ts';
import { shapeNames } from '../../../../src/workspace/shape-names.ts';
import { connectionsText, flowText, genericManifest, shopManifest } from '../make-workspace.ts';

const schemas = new URL('../../../../schemas/', import.meta.url);
let folder: string;
let builtinDir: string;
let dir: string;

function put(root: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const codeConnector = (summary: string) => `export default {
  name: 'own', summary: '${summary}', config: { type: 'object' }, resources: { things: { read: {} } },
  open: () => ({ resources: {}, close: async () => {} }),
};
`;

const load = (env = { SHOP_TOKEN: 'x' }) => loadWorkspace(dir, { env, builtinDir });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradelane-'));
  builtinDir = join(folder, 'package');
  dir = join(folder, 'workspace');
  put(builtinDir, {
    'package.json': '{ "version": "1.2.3" }',
    'connectors/shop/connector.yaml': shopManifest,
    'connectors/own/index.js': codeConnector('of the package'),
    'schemas/order.schema.json': '{ "type": "object" }',
    'flows/not-yours.yaml': 'flow: [',
  });
  for (const name of shapeNames) {
    cpSync(new URL(`${name}.schema.json`, schemas), join(builtinDir, 'schemas', `${name}.schema.json`));
  }
  put(dir, { 'config/connections.yaml': connectionsText, 'flows/orders.yaml': flowText });
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('loadWorkspace', () => {
  it('reads a workspace over the connectors and schemas of the package', async () => {
    const workspace = await load();
    expect(workspace.findings).toEqual([]);
    expect([...workspace.flows.keys()]).toEqual(['orders-to-erp']);
    expect([...workspace.connectors.keys()].sort()).toEqual(['own', 'shop']);
    expect([...workspace.entities.keys()]).toEqual(['order']);
    expect(workspace.dir).toMatch(/workspace$/);
  });

  it('is content with an empty folder, and with none', async () => {
    mkdirSync(join(folder, 'empty'));
    for (const each of ['empty', 'nowhere']) {
      const workspace = await loadWorkspace(join(folder, each), { env: {}, builtinDir });
      expect(workspace.findings).toEqual([]);
      expect(workspace.flows.size).toBe(0);
    }
  });

  it('lets the workspace stand in place of the package, folder by folder', async () => {
    put(dir, {
      'connectors/shop/connector.yaml': shopManifest.replace('A shop for tests', 'Our own shop'),
      'connectors/own/connector.yaml': genericManifest.replace('connector: http', 'connector: own'),
      'schemas/order.schema.json': '{ "type": "object", "title": "our order" }',
    });
    const { connectors, entities, findings } = await load();
    expect(findings).toEqual([]);
    expect(connectors.get('shop')?.connector?.summary).toBe('Our own shop');
    expect(connectors.get('own')).toMatchObject({ kind: 'manifest', connector: { summary: 'Any REST API' } });
    expect(entities.get('order')?.schema.title).toBe('our order');
  });

  it('imports connectors written in code, and stamps them with their code', async () => {
    put(dir, { 'connectors/mine/index.ts': codeConnector('of the workspace').replace("'own'", "'mine'") });
    const { connectors } = await load();
    expect(connectors.get('own')?.connector?.summary).toBe('of the package');
    expect(connectors.get('mine')).toMatchObject({ kind: 'code', findings: [] });
    const stamp = connectors.get('mine')?.document.text;
    put(dir, { 'connectors/mine/more.ts': '// more', 'connectors/mine/simulator.ts': '// none of it' });
    const changed = (await load()).connectors.get('mine')?.document.text;
    expect(changed).not.toBe(stamp);
    put(dir, { 'connectors/mine/simulator.ts': '// changed' });
    expect((await load()).connectors.get('mine')?.document.text).toBe(changed);
  });

  it('names code that does not load', async () => {
    put(dir, {
      'connectors/bad/index.ts': 'throw new Error("no such luck");',
      'connectors/newer/index.ts':
        'export default { apiVersion: 2, name: "newer", summary: "", config: {}, resources: {}, open() {} };',
      'connectors/odd/index.ts': 'export default 1;',
    });
    const { findings } = await load();
    expect(findings.map(({ file, code, message }) => `${file} ${code} ${message}`)).toEqual([
      'connectors/bad/index.ts TLW_CONNECTOR_CODE the connector "bad" cannot be used: no such luck',
      'connectors/newer/index.ts TLW_CONNECTOR_CODE the connector "newer" cannot be used: it is written for version 2 of the connector API; this Tradelane has version 1',
      'connectors/odd/index.ts TLW_CONNECTOR_CODE the connector "odd" cannot be used: its default export is no Connector',
    ]);
  });

  it('names the first byte that is not UTF-8, and nothing else of that file', async () => {
    const latin1 = Buffer.concat([
      Buffer.from(`${flowText}summary: Fl`),
      Buffer.from([0xfc]),
      Buffer.from('gel für\n'),
    ]);
    put(dir, { 'flows/orders.yaml': latin1 });
    const { findings } = await load();
    expect(findings.map((finding) => `${formatPlace(finding)} ${finding.code}`)).toEqual([
      'flows/orders.yaml:4:12 TLW_FILE_ENCODING',
    ]);
  });

  it('takes a byte order mark, line ends of Windows, and umlauts', async () => {
    put(dir, { 'flows/orders.yaml': `\ufeff${flowText}summary: Flügel\n`.replaceAll('\n', '\r\n') });
    const { findings, flows } = await load();
    expect(findings).toEqual([]);
    expect(flows.get('orders-to-erp')?.value).toMatchObject({ summary: 'Flügel' });
  });

  it.each(['./o.jsonata', '"maps/o.jsonata"', "'../config/o.jsonata'"])(
    'reads the mapping that %s names',
    async (path) => {
      put(dir, {
        'flows/orders.yaml': `${flowText}map: ${path}\n`,
        'flows/o.jsonata': '{ "number": $nope() }',
        'flows/maps/o.jsonata': '{ "number": $nope() }',
        'config/o.jsonata': '{ "number": $nope() }',
      });
      const errors = (await load()).findings.filter(isError);
      expect(errors).toMatchObject([{ code: 'TLW_UNKNOWN_FUNCTION', line: 1, column: 13 }]);
    },
  );

  it('sees files that secrets come from', async () => {
    const text = (path: string) => connectionsText.replace('${SHOP_TOKEN}', `\${file:${path}}`);
    put(dir, { secret: 'x', 'config/connections.yaml': text(join(dir, 'secret')) });
    expect((await load()).findings).toEqual([]);
    put(dir, { 'config/connections.yaml': text('/no/such/file') });
    expect((await load()).findings).toMatchObject([{ code: 'TLW_ENV_FILE' }]);
  });

  it('takes the package itself as a workspace', async () => {
    put(builtinDir, { 'flows/not-yours.yaml': flowText, 'config/connections.yaml': connectionsText });
    const workspace = await loadWorkspace(builtinDir, { env: { SHOP_TOKEN: 'x' }, builtinDir });
    expect(workspace.findings).toEqual([]);
    expect([...workspace.flows.keys()]).toEqual(['orders-to-erp']);
  });

  it('judges a connector of the package where a connection uses it, and all of them in the package itself', async () => {
    put(builtinDir, { 'connectors/broken/connector.yaml': 'connector: broken\nnonsense: true\n' });
    expect((await load()).findings).toEqual([]);
    const { findings } = await loadWorkspace(builtinDir, { env: {}, builtinDir });
    const isAbout = { file: 'connectors/broken/connector.yaml' };
    expect(findings).toContainEqual(expect.objectContaining({ ...isAbout, code: 'TLW_KEY_UNKNOWN' }));
    put(dir, {
      'config/connections.yaml': `${connectionsText.trimEnd()}\n  other: { connector: broken, config: {} }\n`,
    });
    expect((await load()).findings).toContainEqual(expect.objectContaining(isAbout));
  });

  it('finds nothing wrong with what the package brings', async () => {
    const root = fileURLToPath(new URL('../../../../', import.meta.url));
    const { findings, connectors, entities } = await loadWorkspace(root, { env: {}, builtinDir: root });
    expect(connectors.size).toBeGreaterThan(0);
    expect(entities.size).toBeGreaterThan(0);
    expect(findings.filter(({ file }) => /^(?:connectors|schemas)\//.test(file))).toEqual([]);
  });

  it('reads the documents of a plan over the same package', async () => {
    put(dir, { 'connectors/own/index.js': codeConnector('of the workspace') });
    const { workspace, parse } = await openWorkspace(dir, { env: { SHOP_TOKEN: 'x' }, builtinDir });
    const pinned = parse(planDocuments(workspace, 'orders-to-erp'));
    expect(pinned.findings).toEqual([]);
    expect(pinned.connectors.get('own')?.connector?.summary).toBe('of the workspace');
  });
});
