import type { OpenApiDocument, OpenApiOperation } from './open-api.ts';

/** The document as a page to read, without a script: what there is, what it is given, what it answers. */
export function docsPage(document: OpenApiDocument): string {
  const { info, paths } = document;
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, endpoint]) => ({ path, method, endpoint })),
  );
  const subjects = Map.groupBy(all, ({ endpoint }) => endpoint.tags[0] ?? '');
  const contents = [...subjects.keys()]
    .map((name) => `<a href="#${toHtml(name)}">${toHtml(name)}</a>`)
    .join(' · ');
  const sections = [...subjects].map(
    ([name, each]) => `<h2 id="${toHtml(name)}">${toHtml(name)}</h2>\n${each.map(section).join('\n')}`,
  );
  return page(
    `${toHtml(info.title)} API ${toHtml(info.version)}`,
    `<p>${toHtml(info.description)} The same as a document: <a href="openapi.json">openapi.json</a>.</p>
<nav>${contents}</nav>\n${sections.join('\n')}`,
  );
}

function section({
  path,
  method,
  endpoint,
}: {
  path: string;
  method: string;
  endpoint: OpenApiOperation;
}): string {
  const { operationId, summary, description, responses } = endpoint;
  const parts = [
    `<h3 id="${toHtml(operationId)}"><code>${method.toUpperCase()} /api/v1${toHtml(path)}</code></h3>`,
    `<p><strong>${toHtml(summary)}.</strong> ${toHtml(description)}</p>`,
    parameters((endpoint['parameters'] ?? []) as readonly Parameter[]),
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
  readonly schema?: unknown;
}

function parameters(all: readonly Parameter[]): string {
  if (all.length === 0) return '';
  const rows = all.map(
    ({ name, in: place, required, description = '', schema }) =>
      `<tr><td><code>${toHtml(name)}</code></td><td>${toHtml(place)}${required ? ', required' : ''}</td><td>${toHtml(description)}</td><td><code>${toHtml(JSON.stringify(schema))}</code></td></tr>`,
  );
  return `<table><tr><th>name</th><th>where</th><th></th><th>schema</th></tr>${rows.join('')}</table>`;
}

function schemaOf(title: string, holder: unknown): string {
  const content = (holder as { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> })
    ?.content;
  const schema = content?.['application/json']?.schema;
  if (schema === undefined) return '';
  return `<details><summary>${title}</summary><pre>${toHtml(JSON.stringify(schema, undefined, 2))}</pre></details>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body>
<h1>${title}</h1>
${body}
</body>
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
