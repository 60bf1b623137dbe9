import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where records come in: by the name of their flow. */
export const readPlaces = ['page', 'second', 'jsonl', 'json', 'csv', 'xml'] as const;
/** What a target says: by the name of the flow that writes to it. */
export const answerPlaces = ['find', 'create', 'update', 'bulk'] as const;

/** Each place has connections of its own: what one does to its circuit, no other may feel. */
function connections(url: string): string {
  const http = (name: string, resources: string) => `
  ${name}:
    connector: http
    settle: 0s
    config: { baseUrl: "${url}/${name}", timeout: 5s }
    resources:
${resources}`;
  const docs = '      docs: { key: id, upsert: { path: "/docs/{{key}}" } }\n';
  const cursor = 'cursor: { value: changed, type: text, query: { since: "{{cursor}}" } }';
  const items = (more: string) =>
    `      items: { key: id, version: rev, read: { path: /items, records: items${more} } }\n`;
  const file = (format: string, more = '') =>
    `      ${format}: { key: id, version: rev, read: { files: "*.${format}", format: ${format}${more}, maxRecord: 200KB } }\n`;
  const find = 'find: { path: /find, query: { key: "{{key}}" }, records: items }';
  const create = 'create: { method: POST, path: /docs, id: number }';
  return `connections:
  files:
    connector: file
    config: { path: ./data, settle: 0s }
    resources:
${file('jsonl')}${file('json')}${file('csv')}${file('xml', ', records: items.item')}${[
  http('page', items(`, ${cursor}`) + docs),
  http(
    'second',
    items(', paging: { type: offset, param: from, size: { param: top, value: 10 }, total: total }') + docs,
  ),
  ...['jsonl', 'json', 'csv', 'xml'].map((name) => http(name, docs)),
  ...answerPlaces.map((name) => http(`in-${name}`, items(''))),
  http(
    'find',
    `      docs: { key: id, id: number, ${find}, ${create}, update: { path: "/docs/{{id}}", method: PUT } }\n`,
  ),
  http('create', `      docs: { key: id, ${create}, ${find} }\n`),
  http('update', '      docs: { key: id, update: { method: POST, path: "/docs/{{key}}" } }\n'),
  http(
    'bulk',
    `      docs: { key: id, ${create.slice(0, -1).replace(', id: number', '')}, bulk: { size: 50, results: results, failed: $not(ok), id: number } }, ${find} }\n`,
  ),
].join('')}`;
}

const flow = (name: string, source: string, write: string) => `flow: ${name}
source: { ${source} }
target: { connection: ${name}, resource: docs, write: ${write} }
set: { seen: '$contains(note, /^(a+)+$/)' }
delivery: { lanes: 1 }
retry: { attempts: 2, delay: 1ms, maxDelay: 1ms }
`;

export interface FuzzWorkspace extends AsyncDisposable {
  readonly dir: string;
  /** Drops a file that has lain there long enough to be whole. */
  drop(name: string, content: string): Promise<void>;
}

export async function createFuzzWorkspace(url: string): Promise<FuzzWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-fuzz-'));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  await write('config/tradelane.yaml', 'maxRecord: 200KB\n');
  await write('config/connections.yaml', connections(url));
  for (const name of readPlaces) {
    const isFile = name !== 'page' && name !== 'second';
    const source = isFile ? `connection: files, resource: ${name}` : `connection: ${name}, resource: items`;
    await write(`flows/${name}.yaml`, flow(name, source, 'upsert'));
  }
  for (const name of answerPlaces) {
    const how = name === 'find' ? 'upsert' : name === 'update' ? 'update' : 'create';
    await write(`flows/${name}.yaml`, flow(name, `connection: in-${name}, resource: items`, how));
  }
  return {
    dir,
    drop: async (name, content) => {
      await write(`data/${name}`, content);
      const before = new Date(Date.now() - 60_000);
      await utimes(join(dir, 'data', name), before, before);
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}
