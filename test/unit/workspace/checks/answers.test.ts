import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../../../src/workspace/finding.ts';
import { loadBuiltin } from '../../../../src/workspace/load/load-builtin.ts';
import { parseWorkspace } from '../../../../src/workspace/load/parse-workspace.ts';
import { readSources } from '../../../../src/workspace/load/read-files.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const builtin = await loadBuiltin(await readSources(root));

/** Findings over a connection that says this of its answers; `line:column code message`. */
function findingsOf(answers: string, more: { connector?: string; config?: string; docs?: string } = {}) {
  const { connector = 'http', config = '{ baseUrl: "https://erp.example" }', docs } = more;
  const text = `connections:
  erp:
    connector: ${connector}
    config: ${config}
    ${answers}
    resources:
      docs: ${docs ?? '{ key: id, read: { path: /docs, records: items }, upsert: { path: "/docs/{{key}}" } }'}
`;
  const flow = `flow: f
source: { connection: erp, resource: docs }
target: { connection: erp, resource: docs, write: upsert }
`;
  const sources = [
    { path: 'config/connections.yaml', text },
    { path: 'flows/f.yaml', text: flow },
  ];
  const options = { dir: '/w', env: {}, builtin, code: new Map(), fileExists: () => false };
  return parseWorkspace(sources, options).findings.map(formatFinding);
}

describe('what a connection says of answers', () => {
  it.each([
    'responses: [{ status: 409, on: [create, upsert], when: "code = 7", code: TL_SYSTEM_UNAVAILABLE }]',
    'responses: [{ status: 2xx, when: "errors[0].hint", code: ok }, { status: 404, on: find, code: absent }]',
    'error: { message: problem.text, code: problem.no }',
  ])('may be %s', (answers) => {
    expect(findingsOf(answers)).toEqual([]);
  });

  it.each([
    ['responses: [{ status: 409, on: reads, code: ok }]', '5:36', 'got "reads"'],
    ['responses: [{ status: 409, code: TL_OOPS }]', '5:', 'got "TL_OOPS"'],
    ['responses: [{ status: 409, on: create, code: absent }]', '5:', 'only what is read, found or deleted'],
    ['responses: [{ status: 409, when: "a b", code: ok }]', '5:41', 'TLW_RESOURCE_INVALID'],
    ['error: { message: "a b" }', '5:26', 'TLW_RESOURCE_INVALID'],
    ['error: { text: a }', '5:', 'text'],
    ['responses: { status: 409 }', '5:', 'TLW_VALUE_TYPE'],
  ])('is told where it is wrong: %s', (answers, place, message) => {
    const found = findingsOf(answers);
    expect(found[0]).toContain(`config/connections.yaml:${place}`);
    expect(found[0]?.toLowerCase()).toContain(message.toLowerCase());
  });

  it('is nothing for a connector that asks nobody over HTTP', () => {
    const docs = '{ key: id, read: { files: "*.csv", format: csv }, write: { file: o.csv, format: csv } }';
    const found = findingsOf('responses: []', { connector: 'file', config: '{ path: ./data }', docs });
    expect(found.filter((each) => each.includes('TLW_KEY_UNKNOWN'))).toHaveLength(1);
  });
});

describe('a find', () => {
  it.each(['$key', 'details.number'])('may say where the key stands: %s', (key) => {
    const docs = `{ key: id, keyIgnores: [case, spaces], read: { path: /docs, records: items, instead: [object, empty] },
        find: { path: "/docs/{{key}}", key: "${key}", loose: true }, create: { path: /docs }, update: { path: "/docs/{{id}}" } }`;
    expect(findingsOf('limits: {}', { docs })).toEqual([]);
  });
});
