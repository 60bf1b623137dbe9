import { exampleBlock, inlineExample, inTable, type Notation } from './write-example.ts';

/**
 * A JSON Schema as reference for people: one table for each object in it, keys with their type, default, an example
 * and their meaning. Objects that have no table of their own (free maps, single values) are described in the type column,
 * examples that are too long for a table stand below it.
 */
export type Schema = { readonly [name: string]: unknown };

interface Section {
  readonly title: string;
  readonly node: Schema;
}

interface Page {
  readonly root: Schema;
  readonly sections: Map<Schema, Section>;
  readonly waiting: Section[];
  readonly notation: Notation;
}

/** Markdown sections of level 2, the root first; `title` names the root. */
export function schemaTables(root: Schema, title: string, notation: Notation = 'yaml'): string {
  return schemasTables([[title, root]], root, notation);
}

/** The same of several that share definitions: what more than one of them has is written once. */
export function schemasTables(
  roots: readonly (readonly [title: string, schema: Schema])[],
  root: Schema,
  notation: Notation,
): string {
  const page: Page = { root, sections: new Map(), waiting: [], notation };
  for (const [title, schema] of roots) sectionFor(page, title, schema);
  const written: string[] = [];
  for (let next = page.waiting.shift(); next; next = page.waiting.shift()) written.push(render(page, next));
  return written.join('\n\n');
}

function sectionFor(page: Page, title: string, node: Schema): Section {
  const known = page.sections.get(node);
  if (known) return known;
  const section = { title, node };
  page.sections.set(node, section);
  page.waiting.push(section);
  return section;
}

function render(page: Page, { title, node }: Section): string {
  const required = list(node['required']);
  const keys = Object.entries(object(node['properties'])).map(([key, child]) => {
    const said = resolve(page, child);
    const examples = list(said.node['examples']).map((value) => ({
      entry: [key, value] as const,
      inline: inlineExample(value, page.notation),
    }));
    const cells = [
      `\`${key}\``,
      typeOf(page, said, `${title}.${key}`),
      required.includes(key) ? '**required**' : defaultOf(said),
      examples.flatMap(({ inline }) => (inline === undefined ? [] : [code(inline)])).join(', '),
      inTable(text(said.node['description'])),
    ];
    const long = examples.filter(({ inline }) => inline === undefined).map(({ entry }) => entry);
    return { row: `| ${cells.join(' | ')} |`, long };
  });
  const table = [
    '| key | is | default | example | means |',
    '|---|---|---|---|---|',
    ...keys.map(({ row }) => row),
  ];
  const below = exampleBlock(
    keys.flatMap(({ long }) => long),
    page.notation,
  );
  const parts = [`## ${title}`, text(node['description']), table.join('\n'), below];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A node with what its `$ref` names; what stands beside the `$ref` wins. `name`: that of the definition. */
interface Resolved {
  readonly node: Schema;
  /** The definition itself: the same one wherever it is used. */
  readonly target: Schema;
  readonly name: string | undefined;
}

function resolve(page: Page, child: unknown): Resolved {
  const node = object(child);
  const { $ref, allOf, ...beside } = node;
  const [inner] = Array.isArray(allOf) && allOf.length === 1 ? allOf : [];
  const reference = text($ref) || text(object(inner)['$ref']);
  const name = /^#\/\$defs\/(.+)$/.exec(reference)?.[1];
  if (name === undefined) return { node, target: node, name: undefined };
  const target = object(object(page.root['$defs'])[name]);
  return { node: { ...target, ...beside }, target, name };
}

function typeOf(page: Page, { node, target, name }: Resolved, path: string): string {
  if (hasTable(node)) return linkTo(sectionFor(page, name ?? path.split('.').slice(1).join('.'), target));
  const branches = branchesOf(node);
  if (branches.length > 0) {
    const types = branches.map((branch) => typeOf(page, resolve(page, branch), path));
    return [...new Set(types)].join(' or ');
  }
  if (node['const'] !== undefined) return code(node['const']);
  if (Array.isArray(node['enum'])) return choicesOf(node['enum'], node);
  if (node['title'] !== undefined) return inTable(text(node['title']));
  if (node['items'] !== undefined) return `list of ${typeOf(page, resolve(page, node['items']), path)}`;
  const values = object(node['additionalProperties']);
  if (Object.keys(values).length > 0) return `by name: ${typeOf(page, resolve(page, values), path)}`;
  return simpleType(node, name);
}

/** Alternatives; those of a grammar that asks for one member first (`if … then`) count as well. */
function branchesOf(node: Schema): readonly unknown[] {
  const conditions = list(node['allOf']).map((branch) => object(branch)['then']);
  return [...list(node['oneOf']), ...list(node['anyOf']), ...conditions].filter(
    (branch) => branch !== undefined && Object.keys(object(branch)).some((key) => key !== 'required'),
  );
}

function hasTable(node: Schema): boolean {
  return Object.keys(object(node['properties'])).length > 0 && branchesOf(node).length === 0;
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: '`true`, `false`',
  object: 'keys with values',
  array: 'list',
  null: '`null`',
};

/** A long list says less than what it is a list of. */
function choicesOf(values: readonly unknown[], node: Schema): string {
  if (values.every((value) => text(value).startsWith('TL_'))) return '[fault code](../faults.md)';
  if (values.length > 20) return inTable(text(node['title']) || `code, such as ${code(values[0])}`);
  return values.map(code).join(', ');
}

function simpleType(node: Schema, name: string | undefined): string {
  if (name === 'tree') return 'tree of JSONata';
  if (name === 'template') return 'template';
  if (name === 'duration') return 'duration, such as `30s`';
  if (name === 'bytes') return 'size, such as `20MB`';
  if (node['format'] === 'date-time') return 'time, RFC 3339';
  if (node['format'] !== undefined) return `text, ${text(node['format'])}`;
  const types = Array.isArray(node['type']) ? node['type'] : [node['type']];
  const said = types.map((type) => words[String(type)] ?? 'anything').join(' or ');
  const { minimum, maximum } = node;
  if (minimum !== undefined && maximum !== undefined) return `${said}, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${said}, ${minimum} or more`;
  return said;
}

function defaultOf({ node }: Resolved): string {
  return node['default'] === undefined ? '' : code(node['default']);
}

function linkTo({ title }: Section): string {
  const anchor = title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
  return `[${title}](#${anchor})`;
}

function code(value: unknown): string {
  const said = inTable(typeof value === 'string' ? value : JSON.stringify(value));
  return said.includes('`') ? `\`\` ${said} \`\`` : `\`${said}\``;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function object(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
