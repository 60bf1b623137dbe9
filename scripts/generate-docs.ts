import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fileConfigSchema, fileResourceSchema } from '../connectors/file/schemas.ts';
import { withClerkSentences } from './docs/clerk-sentences.ts';
import { cliPage } from './docs/cli-page.ts';
import { withCodeIndex } from './docs/code-index.ts';
import { faultsPage } from './docs/faults-page.ts';
import { functionsPage } from './docs/functions-page.ts';
import { completionScripts, helpTexts } from './docs/help-texts.ts';
import { outputPage } from './docs/output-page.ts';
import { type Schema, schemaTables } from './docs/schema-tables.ts';
import { documentBlock, exampleBlock, inlineExample, inTable, type Notation } from './docs/write-example.ts';

export interface GeneratedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

/** The reference pages of docs/, each from what the code itself goes by. */
export async function generateDocs(root: string): Promise<readonly GeneratedFile[]> {
  const shapes = shapePages.map(async ({ name, title, also }) => {
    const schema = await readSchema(root, name);
    const about = String(schema['description'] ?? '');
    const { description: _above, ...rest } = schema;
    const whole = wholeExample(schema, 'yaml');
    return page(`reference/${name}.md`, title, [about, also, whole, schemaTables(rest, 'Keys')]);
  });
  const entities = ['order', 'customer', 'stock', 'price'].map(async (name) => {
    const { description, ...rest } = await readSchema(root, name);
    return page(`reference/entity-${name}.md`, `Entity: ${name}`, [
      String(description ?? ''),
      entityNote,
      wholeExample(rest, 'json'),
      schemaTables(rest, 'Members', 'json'),
    ]);
  });
  return [
    ...(await Promise.all([...shapes, ...entities])),
    filePage(),
    await connectorsPage(root),
    {
      path: 'docs/reference/functions.md',
      text: `${marker('src/mapping/library/docs')}\n${functionsPage()}\n`,
    },
    {
      path: 'docs/reference/faults.md',
      text: `${marker('src/contract/fault-table.ts')}\n${faultsPage()}\n`,
    },
    {
      path: 'docs/reference/output.md',
      text: `${marker('schemas/output/*.schema.json')}\n${await outputPage(root)}\n`,
    },
    await indexedPage(root, 'docs/findings.md'),
    await indexedPage(root, 'docs/faults.md'),
    { path: 'docs/cli.md', text: `${marker('the commands of src/cli')}\n${await cliPage(root)}\n` },
    { path: 'bin/help.json', text: await helpTexts(root) },
    { path: 'bin/completion.json', text: await completionScripts(root) },
  ];
}

/** The first example of a schema: a whole document. */
function wholeExample({ examples }: Schema, notation: Notation): string {
  return Array.isArray(examples) ? documentBlock(examples[0], notation) : '';
}

const shapePages = [
  { name: 'flow', title: 'Flow files', also: 'The guide with examples: [flows](../flows.md).' },
  { name: 'test', title: 'Flow tests', also: 'The guide with examples: [testing](../testing.md).' },
  {
    name: 'connections',
    title: 'Connections',
    also: 'The guide with examples: [connections and connectors](../connections-and-connectors.md). Keys of `config`: [built-in connectors](connectors.md).',
  },
  {
    name: 'connector',
    title: 'Connector manifests',
    also: 'A first one, step by step: [the tutorial](../tutorial-connector.md); the grammar explained: [connections and connectors](../connections-and-connectors.md).',
  },
  {
    name: 'settings',
    title: 'Settings',
    also: 'What they do in production: [operations](../operations.md).',
  },
  { name: 'table', title: 'Lookup tables', also: 'Read with [`$lookup`](functions.md).' },
] as const;

const entityNote =
  'Both ends of a flow that say `as` speak in these members. Money and quantities are decimal texts, times RFC 3339, countries and currencies ISO codes. `extensions` takes whatever has no member of its own.';

function filePage(): GeneratedFile {
  const configuration = schemaTables(fileConfigSchema, 'Configuration');
  const resource = schemaTables(fileResourceSchema, 'A resource');
  return page(
    'reference/file.md',
    'The file connector',
    ['What it promises and how it treats broken files: [files](../files.md).', configuration, resource],
    'connectors/file/schemas.ts',
  );
}

async function connectorsPage(root: string): Promise<GeneratedFile> {
  const folders = (await readdir(join(root, 'connectors'))).sort();
  const sections: string[] = [];
  for (const folder of folders) {
    const manifest = await readManifest(root, folder);
    if (manifest) sections.push(connectorSection(manifest));
  }
  const about =
    'Keys of a connection’s `config`, and what can be done with each resource. `file` has [a page of its own](file.md). Secrets belong into the environment: `"${NAME}"`.';
  return page(
    'reference/connectors.md',
    'Built-in connectors',
    [about, ...sections],
    'connectors/*/connector.yaml',
  );
}

interface Manifest {
  readonly connector: string;
  readonly summary: string;
  readonly config: Schema & { readonly properties?: Readonly<Record<string, Schema>> };
  readonly resources?: Readonly<Record<string, Schema>>;
}

function connectorSection({ connector, summary, config, resources = {} }: Manifest): string {
  const required = Array.isArray(config['required']) ? config['required'] : [];
  const keys = Object.entries(config.properties ?? {}).map(([key, schema]) => {
    const fallback = schema['default'] === undefined ? '' : `\`${JSON.stringify(schema['default'])}\``;
    const secret = schema['writeOnly'] === true ? ' A secret.' : '';
    const means = `${String(schema['description']).replace(/([^.])$/, '$1.')}${secret}`;
    const marker = required.includes(key) ? '**required**' : fallback;
    const examples = configExamples(schema).map((value) => ({ value, inline: inlineExample(value, 'yaml') }));
    const short = examples.flatMap(({ inline }) => (inline === undefined ? [] : [`\`${inTable(inline)}\``]));
    const long = examples.flatMap(({ value, inline }) =>
      inline === undefined ? [[key, value] as const] : [],
    );
    return { row: `| \`${key}\` | ${marker} | ${short.join(', ')} | ${inTable(means)} |`, long };
  });
  const operations = ['read', 'find', 'create', 'update', 'upsert', 'delete'];
  const rows = Object.entries(resources).map(([name, resource]) => {
    const can = operations.filter((operation) => resource[operation] !== undefined).join(', ');
    const { name: entity = '', from, to } = (resource['entity'] ?? {}) as Record<string, unknown>;
    const direction = from && to ? 'both ways' : from ? 'from it' : 'to it';
    return `| \`${name}\` | ${entity === '' ? '' : `${entity}, ${direction}`} | ${can} |`;
  });
  const head = ['| key | default | example | means |', '|---|---|---|---|'];
  const table = [...head, ...keys.map(({ row }) => row)].join('\n');
  const below = exampleBlock(
    keys.flatMap(({ long }) => long),
    'yaml',
  );
  const abilities =
    rows.length === 0
      ? 'Resources are declared on each connection.'
      : ['| resource | entity | can |', '|---|---|---|', ...rows].join('\n');
  const parts = [`## ${connector}`, `${summary}.`, table, below, abilities];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Of a key that is one of several kinds, an example of each. */
function configExamples(schema: Schema): readonly unknown[] {
  const of = ({ examples }: Schema): readonly unknown[] => (Array.isArray(examples) ? examples : []);
  const kinds = Array.isArray(schema['oneOf']) ? (schema['oneOf'] as readonly Schema[]).flatMap(of) : [];
  return kinds.length > 0 ? kinds : of(schema);
}

/** A page written by hand, with its table of codes as its sections have it. */
async function indexedPage(root: string, path: string): Promise<GeneratedFile> {
  return { path, text: withClerkSentences(withCodeIndex(await readFile(join(root, path), 'utf8'))) };
}

async function readManifest(root: string, folder: string): Promise<Manifest | undefined> {
  const path = join(root, 'connectors', folder, 'connector.yaml');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (parse(text) as Manifest);
}

async function readSchema(root: string, name: string): Promise<Schema> {
  return JSON.parse(await readFile(join(root, 'schemas', `${name}.schema.json`), 'utf8')) as Schema;
}

function page(
  name: string,
  title: string,
  parts: readonly string[],
  source = `schemas/${name.replace(/^reference\/(entity-)?/, '').replace('.md', '')}.schema.json`,
): GeneratedFile {
  const body = parts.filter((part) => part !== '').join('\n\n');
  return { path: `docs/${name}`, text: `${marker(source)}\n# ${title}\n\n${body}\n` };
}

function marker(source: string): string {
  return `<!-- Generated from ${source} by npm run generate -->`;
}
