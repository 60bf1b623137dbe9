import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where records come in: by the name of their flow. */
export const readPlaces = [
  'page',
  'second',
  'jsonl',
  'json',
  'csv',
  'xml',
  'attach',
  'times',
  'table',
] as const;
const filePlaces: readonly string[] = ['jsonl', 'json', 'csv', 'xml'];
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
  ...filePlaces.map((name) => http(name, docs)),
  http(
    'attach',
    items(', attach: { more: { path: "/one/{{record.id}}", records: items } }').replace(
      'version: rev, ',
      '',
    ) + docs,
  ),
  http('table', items('') + docs),
  http(
    'times',
    items(', cursor: { value: changed, query: { since: "{{cursor}}" } }').replace('rev', 'changed') + docs,
  ).replace('    settle: 0s', '    settle: 0s\n    timezone: Europe/Berlin'),
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

/** What is made of each record, where that is not the same everywhere. */
const sets: Readonly<Record<string, string>> = {
  times: '$date(changed)',
  table: '$lookup("odd", row)',
};

const flow = (name: string, source: string, write: string) => `flow: ${name}
source: { ${source} }
target: { connection: ${name}, resource: docs, write: ${write} }
set: { seen: '${sets[name] ?? '$contains(note, /^(a+)+$/)'}' }
delivery: { lanes: 1 }
retry: { attempts: 2, delay: 1ms, maxDelay: 1ms }
`;

export interface FuzzWorkspace extends AsyncDisposable {
  readonly dir: string;
  /** Drops a file that has lain there long enough to be whole. */
  drop(name: string, content: string): Promise<void>;
}

/** @param rows - of the lookup table, each a key and its value as YAML. */
export async function createFuzzWorkspace(
  url: string,
  rows: readonly (readonly [key: string, value: string])[],
): Promise<FuzzWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-fuzz-'));
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  await write('config/tradelane.yaml', 'maxRecord: 200KB\n');
  await write(
    'config/tables/odd.yaml',
    `values:\n${rows.map(([key, value]) => `  ${key}: ${value}\n`).join('')}`,
  );
  await write('config/connections.yaml', connections(url));
  for (const name of readPlaces) {
    const source = filePlaces.includes(name)
      ? `connection: files, resource: ${name}`
      : `connection: ${name}, resource: items`;
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
