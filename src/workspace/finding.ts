import { Fault, type FileFinding } from '../contract/fault.ts';
import { present } from '../contract/present.ts';
import { isTestPath } from './load/paths.ts';

export type Severity = 'error' | 'warning';

/**
 * Every code a finding may have. Codes are stable: scripts and editors match on them. Each has its section in
 * docs/findings.md, and a test compares both lists.
 */
export const findingCodes = {
  // The text of a file
  TLW_FILE_ENCODING: 'error',
  TLW_FILE_SYNTAX: 'error',
  TLW_FILE_TAB: 'error',
  TLW_FILE_INDENT: 'error',
  TLW_FILE_DUPLICATE_KEY: 'error',
  TLW_FILE_EMPTY: 'error',
  // Its shape
  TLW_KEY_UNKNOWN: 'error',
  TLW_KEY_MISSING: 'error',
  TLW_VALUE_TYPE: 'error',
  TLW_VALUE_CHOICE: 'error',
  TLW_VALUE_FORMAT: 'error',
  TLW_VALUE_RANGE: 'error',
  TLW_NOT_YET: 'error',
  // Names that lead nowhere
  TLW_UNKNOWN_FLOW: 'error',
  TLW_UNKNOWN_CONNECTOR: 'error',
  TLW_UNKNOWN_CONNECTION: 'error',
  TLW_UNKNOWN_RESOURCE: 'error',
  TLW_UNKNOWN_ENTITY: 'error',
  TLW_UNKNOWN_TABLE: 'error',
  TLW_UNKNOWN_FUNCTION: 'error',
  TLW_UNKNOWN_FILE: 'error',
  // Flows
  TLW_FLOW_DUPLICATE: 'error',
  TLW_FLOW_SET_AND_MAP: 'error',
  TLW_SOURCE_NO_READ: 'error',
  TLW_TARGET_NO_WRITE: 'error',
  TLW_CREATE_DUPLICATES: 'error',
  TLW_ENTITY_NO_MAPPING: 'error',
  TLW_EXPRESSION_SYNTAX: 'error',
  TLW_FUNCTION_ARGUMENTS: 'error',
  TLW_CRON_SYNTAX: 'error',
  TLW_CRON_ZONE: 'error',
  TLW_RETRY_DELAYS: 'error',
  TLW_REQUIRES_UNASKED: 'error',
  // Flow tests
  TLW_CASE_DUPLICATE: 'error',
  TLW_CASE_RECORD: 'error',
  TLW_CASE_EXPECTATION: 'error',
  // Connections, connectors, schemas, tables
  TLW_ENV_MISSING: 'error',
  TLW_ENV_SYNTAX: 'error',
  TLW_ENV_FILE: 'error',
  TLW_RESOURCES_NOT_ALLOWED: 'error',
  TLW_RESOURCE_INVALID: 'error',
  TLW_NAME_UNKNOWN: 'error',
  TLW_CONNECTOR_INVALID: 'error',
  TLW_CONNECTOR_NAME: 'error',
  TLW_CONNECTOR_CODE: 'error',
  TLW_SCHEMA_INVALID: 'error',
  TLW_TABLE_INVALID: 'error',
  TLW_TABLE_DUPLICATE: 'error',
  // Worth a look
  TLW_TABLE_NUMBER: 'warning',
  TLW_SECRET_IN_TEXT: 'warning',
  TLW_SECRET_IN_CLEAR: 'warning',
  TLW_CURSOR_UNSENT: 'warning',
  TLW_PARAM_DOTTED: 'warning',
  TLW_BODY_DROPPED: 'warning',
  TLW_DATE_FORMAT: 'warning',
  TLW_CONNECTION_UNUSED: 'warning',
  TLW_TABLE_UNUSED: 'warning',
  TLW_FILE_IGNORED: 'warning',
  TLW_GUARD_IDLE: 'warning',
  TLW_CONTRACT_IDLE: 'warning',
  TLW_KEY_IDLE: 'warning',
  TLW_KEY_CONSTANT: 'warning',
  TLW_FILTER_NEVER: 'warning',
  TLW_XREF_UNDELIVERED: 'warning',
  TLW_FLOW_OVERLAP: 'warning',
  // What a mapping does
  TLW_FIELD_UNKNOWN: 'warning',
  TLW_FIELD_MISSING: 'warning',
  TLW_FIELD_VALUE: 'warning',
  TLW_COMPARISON_WRONG: 'warning',
  TLW_MONEY_FLOAT: 'warning',
} as const satisfies Record<string, Severity>;

export type FindingCode = keyof typeof findingCodes;

/** A place in a workspace file: the path relative to the workspace, line and column from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a workspace file, where, and what to do about it. Never shows a credential. */
export interface Finding extends FilePlace {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
}

export function createFinding(code: FindingCode, place: FilePlace, message: string, hint?: string): Finding {
  const { file, line, column } = place;
  const severity = findingCodes[code];
  return Object.freeze({
    file,
    line,
    column,
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What a compiler threw, as a finding at the place that it names. Anything but a Fault is a bug, and goes on. */
export function toFinding(code: FindingCode, thrown: unknown, fallback: FilePlace): Finding {
  if (!(thrown instanceof Fault)) throw thrown;
  const match = /^(.*):(\d+):(\d+)$/.exec(thrown.at ?? '');
  const place =
    match === null
      ? fallback
      : { file: present(match[1], 'the file of a place'), line: Number(match[2]), column: Number(match[3]) };
  return createFinding(code, place, thrown.message.replace(` (${thrown.at})`, ''));
}

/** By file, line, column; at the same place errors come before warnings. */
export function sortFindings(findings: Iterable<Finding>): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.severity, b.severity) ||
      compareText(a.code, b.code),
  );
}

/** `flows/orders.yaml:14:9  TLW_KEY_UNKNOWN  unknown key …`, and the hint on a line of its own. */
export function formatFinding(finding: FileFinding): string {
  const line = `${formatPlace(finding)}  ${finding.code}  ${finding.message}`;
  return finding.hint === undefined ? line : `${line}\n    hint: ${finding.hint}`;
}

export function formatPlace(place: FilePlace): string {
  return `${place.file}:${place.line}:${place.column}`;
}

export function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

/** An error that concerns what runs: one in a flow's tests keeps nothing from running. */
export function isErrorOfRunning(finding: Finding): boolean {
  return isError(finding) && !isTestPath(finding.file);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
