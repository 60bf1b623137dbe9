import type { JsonObject } from '../contract/json.ts';
import type { OpenApiDocument, OpenApiOperation } from './open-api.ts';

/** The document as a page to read, without a script: what there is, what it is given, what it answers. */
export function docsPage(document: OpenApiDocument): string {
  const { info, paths, components } = document;
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, endpoint]) => ({ path, method, endpoint })),
  );
  const subjects = Map.groupBy(all, ({ endpoint }) => endpoint.tags[0] ?? '');
  const contents = [...subjects.keys()]
    .map((name) => `<a href="#${toHtml(name)}">${toHtml(name)}</a>`)
    .join(' · ');
  const sections = [...subjects].map(
    ([name, each]) =>
      `<h2 id="${toHtml(name)}">${toHtml(name)}</h2>\n${each.map((one) => section(one, components.schemas)).join('\n')}`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema.${toHtml(name)}"><summary><code>${toHtml(name)}</code> ${toHtml(String(schema['description'] ?? ''))}</summary>${pre(schema)}</details>`,
  );
  return page(
    `${toHtml(info.title)} API ${toHtml(info.version)}`,
    `<p>${toHtml(info.description)} The same as a document: <a href="openapi.json">openapi.json</a>.</p>
<nav>${contents} · <a href="#schemas">schemas</a></nav>\n${sections.join('\n')}\n<h2 id="schemas">schemas</h2>\n${schemas.join('\n')}`,
  );
}

interface Section {
  readonly path: string;
  readonly method: string;
  readonly endpoint: OpenApiOperation;
}

type Schemas = OpenApiDocument['components']['schemas'];

function section({ path, method, endpoint }: Section, schemas: Schemas): string {
  const { operationId, summary, description, responses } = endpoint;
  const parts = [
    `<h3 id="${toHtml(operationId)}"><code>${method.toUpperCase()} /api/v1${toHtml(path)}</code></h3>`,
    `<p><strong>${toHtml(summary)}.</strong> ${toHtml(description)}</p>`,
    parameters((endpoint['parameters'] ?? []) as readonly Parameter[], schemas),
    schemaOf('Body', endpoint['requestBody']),
    schemaOf('Answer', Object.values(responses as Readonly<Record<string, unknown>>)[0]),
  ];
  return parts.filter(Boolean).join('\n');
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: JsonObject;
}

function parameters(all: readonly Parameter[], schemas: Schemas): string {
  if (all.length === 0) return '';
  const rows = all.map(({ name, in: place, required, description, schema = {} }) => {
    const meant = resolve(schema, schemas);
    const said = description ?? meant['description'];
    return `<tr><td><code>${toHtml(name)}</code></td><td>${toHtml(place)}${required ? ', required' : ''}</td><td>${toHtml(kindOf(meant, schemas))}</td><td>${toHtml(String(said ?? ''))}</td></tr>`;
  });
  return `<table><tr><th>name</th><th>where</th><th>what</th><th></th></tr>${rows.join('')}</table>`;
}

function resolve(schema: JsonObject, schemas: Schemas): JsonObject {
  const name = String(schema['$ref'] ?? '').replace('#/components/schemas/', '');
  return { ...schemas[name], ...schema };
}

/** `list of integers`, `open or all`, `text` */
function kindOf(
  { type, enum: choices, items, format, minimum, maximum }: JsonObject,
  schemas: Schemas,
): string {
  if (Array.isArray(choices)) return choices.join(' or ');
  if (type === 'array') return `list: ${kindOf(resolve((items ?? {}) as JsonObject, schemas), schemas)}`;
  const range =
    typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER;
  if (type === 'string') return typeof format === 'string' ? format : 'text';
  return `${type ?? 'any'}${range ? `, ${minimum} to ${maximum}` : ''}`;
}

function schemaOf(title: string, holder: unknown): string {
  const content = (holder as { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> })
    ?.content;
  const schema = content?.['application/json']?.schema;
  if (schema === undefined) return '';
  return `<details><summary>${title}</summary>${pre(schema)}</details>`;
}

/** A schema, in which others that it refers to are links. */
function pre(schema: unknown): string {
  const text = toHtml(JSON.stringify(schema, undefined, 2));
  const linked = text.replaceAll(
    /&quot;#\/components\/schemas\/([\w.-]+)&quot;/g,
    '<a href="#schema.$1">&quot;$1&quot;</a>',
  );
  return `<pre>${linked}</pre>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><link rel="stylesheet" href="docs.css"></head>
<body><main>
<h1>${title}</h1>
${body}
</main></body>
</html>
`;
}

function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Of that page: in a file of its own, as the policy of the server takes no styles from a page. */
export const docsStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
nav { position: sticky; top: 0; padding: .5rem 0; background: Canvas }
h2 { margin-top: 3rem; border-bottom: 1px solid }
h3 { margin-top: 2rem }
code, pre { font: .875rem/1.5 ui-monospace, monospace }
pre { overflow-x: auto; padding: .75rem; border: 1px solid }
table { display: block; overflow-x: auto; border-collapse: collapse }
th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid }
summary { cursor: pointer }
`;
