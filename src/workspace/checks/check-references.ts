import { resolveValue } from '../compile/resolve-value.ts';
import { createFinding, type Finding } from '../finding.ts';
import { brokenReference, eachText, referencesIn, type TextReferenceSource } from '../text/references.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import type { SchemaNode } from './schema-node.ts';

export interface CheckedReferences {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Paths, from the document's root, whose text could not be completed: nothing can be said of the value there. */
  isUnknown(path: Path): boolean;
  /** The text at a path as it is written, where it holds references. */
  written(path: Path): string | undefined;
}

/** What the files named by `${file:…}` hold is read when a connection is opened; until then only that they exist. */
export interface EnvironmentCheck {
  readonly env: Readonly<Record<string, string | undefined>>;
  fileExists(path: string): boolean;
}

/** Resolves the references under a path of a document, with a finding for each that leads nowhere. */
export function checkReferences(
  at: { readonly document: SourceDocument; readonly path: Path; readonly node?: SchemaNode | undefined },
  value: unknown,
  environment: EnvironmentCheck,
): CheckedReferences {
  const source: TextReferenceSource = { env: (name) => environment.env[name], file: () => undefined };
  const resolved = resolveValue(value, at.node, source);
  const findings = resolved.missing.flatMap(({ path, reference }): Finding[] => {
    const place = at.document.placeIn([...at.path, ...path], reference.offset);
    if (reference.kind === 'env') return [missingVariable(reference.name, place)];
    if (environment.fileExists(reference.name)) return [];
    return [createFinding('TLW_ENV_FILE', place, `the file ${reference.name} cannot be read`)];
  });
  const toId = (path: Path) => [...at.path, ...path].join('\0');
  const unknown = new Set(resolved.missing.map(({ path }) => toId(path)));
  const texts = new Map<string, string>();
  eachText(value, (text, path) => referencesIn(text).length > 0 && texts.set(toId(path), text));
  return {
    value: resolved.value,
    findings,
    isUnknown: (path) => unknown.has(path.join('\0')),
    written: (path) => texts.get(path.join('\0')),
  };
}

function missingVariable(name: string, place: Parameters<typeof createFinding>[1]): Finding {
  const hint = `set ${name} in the environment or in the workspace's .env, or give a default: \${${name}:-…}`;
  return createFinding('TLW_ENV_MISSING', place, `the environment variable ${name} is not set`, hint);
}

/** `${MY NAME}`: looks like a reference and is none. Only where text is no JSONata, which knows `${` too. */
export function checkBrokenReferences(
  document: SourceDocument,
  path: Path,
  value: unknown,
): readonly Finding[] {
  const findings: Finding[] = [];
  eachText(value, (text, within) => {
    const offset = brokenReference(text);
    if (offset === undefined) return;
    const place = document.placeIn([...path, ...within], offset);
    const message = `this is no reference: expected \${NAME}, \${NAME:-default} or \${file:/path}`;
    findings.push(createFinding('TLW_ENV_SYNTAX', place, message));
  });
  return findings;
}
