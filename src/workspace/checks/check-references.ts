import { resolveValue } from '../compile/resolve-value.ts';
import { createFinding, type Finding } from '../finding.ts';
import { parseCommandLine } from '../secrets/command-line.ts';
import { brokenReference, eachText, environmentOnly, referencesIn } from '../text/references.ts';
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
  at: {
    readonly document: SourceDocument;
    readonly path: Path;
    readonly node?: SchemaNode | undefined;
    /** Where files and commands are looked at for secrets alone, or for everything. */
    readonly late?: 'secrets';
  },
  value: unknown,
  environment: EnvironmentCheck,
): CheckedReferences {
  const resolved = resolveValue(value, at.node, environmentOnly(environment.env));
  const findings = resolved.missing.flatMap(({ path, reference, rule }): Finding[] => {
    const place = at.document.placeIn([...at.path, ...path], reference.offset);
    if (reference.kind === 'env') return [missingVariable(reference.name, place)];
    if (at.late === 'secrets' && rule?.schema.writeOnly !== true) return [notHere(reference.kind, place)];
    if (reference.kind === 'exec') return checkCommand(reference.name, place);
    if (environment.fileExists(reference.name)) return [];
    return [createFinding('TLW_ENV_FILE', place, `the file ${reference.name} cannot be read`)];
  });
  const broken = brokenCommands(at, value);
  const toId = (path: Path) => [...at.path, ...path].join('\0');
  const unknown = new Set(resolved.missing.map(({ path }) => toId(path)));
  const texts = new Map<string, string>();
  eachText(value, (text, path) => referencesIn(text).length > 0 && texts.set(toId(path), text));
  return {
    value: resolved.value,
    findings: [...findings, ...broken],
    isUnknown: (path) => unknown.has(path.join('\0')),
    written: (path) => texts.get(path.join('\0')),
  };
}

/** Whether it can be carried out is found out by whoever opens the connection: nothing is run to look at a file. */
function checkCommand(line: string, place: Parameters<typeof createFinding>[1]): Finding[] {
  const command = parseCommandLine(line);
  if (!('problem' in command)) return [];
  return [createFinding('TLW_ENV_SYNTAX', place, `the command ${command.problem}: expected ${commandForm}`)];
}

/** Everywhere: neither means anything else in an expression. */
const beginsCommand = /^\$\{(?:exec|file):/;

/** `${exec:vault "x}`: begins as a reference and never ends as one. */
function brokenCommands(
  at: { readonly document: SourceDocument; readonly path: Path },
  value: unknown,
): readonly Finding[] {
  const findings: Finding[] = [];
  eachText(value, (text, within) => {
    const offset = brokenReference(text);
    if (offset === undefined || !beginsCommand.test(text.slice(offset))) return;
    const place = at.document.placeIn([...at.path, ...within], offset);
    const message = `this is no reference: expected \${file:/path} or ${commandForm}`;
    findings.push(createFinding('TLW_ENV_SYNTAX', place, message));
  });
  return findings;
}

const commandForm = '${exec:PROGRAM ARGUMENTS}, with quotes around what holds blanks or braces';

function notHere(kind: 'file' | 'exec', place: Parameters<typeof createFinding>[1]): Finding {
  const message = `\${${kind}:…} stands for nothing here: ${kind === 'file' ? 'files are read' : 'commands are run'} only for connections, and for secrets in the settings`;
  return createFinding('TLW_ENV_SYNTAX', place, message, 'take it from the environment: "${NAME}"');
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
    if (offset === undefined || beginsCommand.test(text.slice(offset))) return;
    const place = document.placeIn([...path, ...within], offset);
    const message = `this is no reference: expected \${NAME}, \${NAME:-default}, \${file:/path} or \${exec:PROGRAM ARGUMENTS}`;
    findings.push(createFinding('TLW_ENV_SYNTAX', place, message));
  });
  return findings;
}
