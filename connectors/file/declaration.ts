import type { ResourceDeclaration } from '../../src/contract/connector.ts';
import { Fault } from '../../src/contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../src/contract/json.ts';
import {
  checkCharacters,
  checkElements,
  checkEncoding,
  checkFields,
  checkFormatKeys,
  checkInside,
  checkSteps,
  keysOfRead,
  keysOfWrite,
} from './check-declaration.ts';
import type { FixedField } from './parse/fixed-width.ts';
import { fileDefaults } from './schemas.ts';
import { requireSize } from './units.ts';

export type ReadFormat = WriteFormat | 'fixed' | 'xlsx';
export type WriteFormat = 'csv' | 'json' | 'jsonl' | 'xml';

/** A declared resource with every default in place. */
export interface FileResource {
  readonly name: string;
  readonly key: string;
  readonly version: VersionDeclaration | undefined;
  readonly read: ReadDeclaration | undefined;
  readonly write: WriteDeclaration | undefined;
}

export interface VersionDeclaration {
  /** Column, or dotted path. */
  readonly value: string;
  /** Luxon tokens; `undefined`: it stands as it is. */
  readonly format: string | undefined;
  /** `undefined`: that of the connection. */
  readonly timezone: string | undefined;
}

export interface ReadDeclaration {
  readonly files: string;
  readonly format: ReadFormat;
  /** `undefined`: found in the first line. */
  readonly delimiter: string | undefined;
  /** `undefined`: utf-8, or what an XML declaration says. */
  readonly encoding: string | undefined;
  readonly quote: string | false;
  readonly header: true | readonly string[];
  readonly columns: readonly string[] | undefined;
  /** Lines or rows before the header, or before the first record where there is none. */
  readonly skip: number;
  /** Of a workbook: name, or place from 1; `undefined`: the first one. */
  readonly sheet: string | number | undefined;
  /** Of `fixed`; empty for other formats. */
  readonly fields: readonly FixedField[];
  readonly records: string | undefined;
  readonly group: GroupDeclaration | undefined;
  readonly ready: 'settled' | 'done';
  readonly maxRecordBytes: number;
  readonly order: 'name' | 'modified';
}

export interface GroupDeclaration {
  readonly by: string;
  readonly as: string;
  readonly header: readonly string[] | undefined;
  readonly sorted: boolean;
  readonly limitBytes: number;
}

export interface WriteDeclaration {
  readonly file: string;
  readonly format: WriteFormat;
  readonly columns: readonly string[] | undefined;
  readonly delimiter: string;
  readonly encoding: string;
  readonly records: string | undefined;
  readonly done: boolean;
  /** Cells that a spreadsheet would calculate are written as text. */
  readonly formulas: 'keep' | 'neutralise';
}

/** Turns a declaration that passed the schema into a {@link FileResource}; throws TL_CONNECTION_CONFIG with its place. */
export function compileDeclaration(
  name: string,
  declared: ResourceDeclaration,
  encoding: string | undefined,
): FileResource {
  return {
    name,
    key: String(declared['key']),
    version: compileVersion(declared['version'], `resources.${name}.version`),
    read: isJsonObject(declared['read']) ? compileRead(name, declared['read'], encoding) : undefined,
    write: isJsonObject(declared['write']) ? compileWrite(name, declared['write'], encoding) : undefined,
  };
}

function compileVersion(version: unknown, where: string): VersionDeclaration | undefined {
  if (typeof version === 'string') return { value: version, format: undefined, timezone: undefined };
  if (!isJsonObject(version)) return undefined;
  const timezone = text(version, 'timezone');
  if (timezone !== undefined && !isZone(timezone)) {
    throw new Fault('TL_CONNECTION_CONFIG', `${where}.timezone: there is no time zone "${timezone}"`);
  }
  return { value: String(version['value']), format: text(version, 'format'), timezone };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

function compileRead(name: string, read: JsonObject, encoding: string | undefined): ReadDeclaration {
  const where = `resources.${name}.read`;
  checkFormatKeys(read, keysOfRead, where);
  checkCharacters(read, where);
  const quote = read['quote'];
  return {
    files: checkInside(String(read['files']), `${where}.files`),
    format: read['format'] as ReadFormat,
    delimiter: text(read, 'delimiter'),
    encoding: checkEncoding(text(read, 'encoding') ?? encoding, `${where}.encoding`),
    quote: quote === false ? false : typeof quote === 'string' ? quote : fileDefaults.quote,
    header: list(read, 'header') ?? true,
    columns: list(read, 'columns'),
    skip: typeof read['skip'] === 'number' ? read['skip'] : 0,
    sheet: toSheet(read['sheet']),
    fields: compileFields(read, where),
    records: checkSteps(text(read, 'records'), `${where}.records`),
    group: isJsonObject(read['group']) ? compileGroup(read['group'], `${where}.group`) : undefined,
    ready: read['ready'] === 'done' ? 'done' : fileDefaults.ready,
    maxRecordBytes: requireSize(text(read, 'maxRecord') ?? fileDefaults.maxRecord, `${where}.maxRecord`),
    order: read['order'] === 'modified' ? 'modified' : fileDefaults.order,
  };
}

function toSheet(sheet: unknown): string | number | undefined {
  return typeof sheet === 'string' || typeof sheet === 'number' ? sheet : undefined;
}

/** Checked here rather than for each line: fields that overlap are a slip of counting. */
function compileFields(read: JsonObject, where: string): readonly FixedField[] {
  const declared = Array.isArray(read['fields']) ? (read['fields'] as readonly FixedField[]) : [];
  const isFixed = read['format'] === 'fixed';
  if (isFixed === declared.length > 0) return checkFields(declared, where);
  const problem = isFixed
    ? 'must say where each field stands, with `format: fixed`'
    : 'is for `format: fixed` only';
  throw new Fault('TL_CONNECTION_CONFIG', `${where}.fields ${problem}`);
}

function compileGroup(group: JsonObject, where: string): GroupDeclaration {
  const by = String(group['by']);
  const as = String(group['as']);
  if (by === as)
    throw new Fault('TL_CONNECTION_CONFIG', `${where}: \`by\` and \`as\` must differ, both are "${as}"`);
  return {
    by,
    as,
    header: list(group, 'header'),
    sorted: group['sorted'] !== false,
    limitBytes: requireSize(text(group, 'limit') ?? fileDefaults.limit, `${where}.limit`),
  };
}

const placeholders = new Set(['timestamp', 'date', 'batch']);

function compileWrite(name: string, write: JsonObject, encoding: string | undefined): WriteDeclaration {
  const where = `resources.${name}.write`;
  checkFormatKeys(write, keysOfWrite, where);
  checkCharacters(write, where);
  const file = checkInside(String(write['file']), `${where}.file`);
  for (const [, placeholder] of file.matchAll(/\{\{\s*(.*?)\s*\}\}/g)) {
    if (placeholder === undefined || placeholders.has(placeholder)) continue;
    const known = [...placeholders].map((each) => `{{${each}}}`).join(', ');
    throw new Fault('TL_CONNECTION_CONFIG', `${where}.file knows ${known}, got {{${placeholder}}}`);
  }
  const format = write['format'] as WriteFormat;
  const records = text(write, 'records');
  if (format === 'xml' && records === undefined) {
    throw new Fault(
      'TL_CONNECTION_CONFIG',
      `${where}.records must name the XML elements, such as orders.order`,
    );
  }
  if (records !== undefined) checkElements(records, `${where}.records`);
  return {
    file,
    format,
    columns: list(write, 'columns'),
    delimiter: text(write, 'delimiter') ?? ',',
    encoding: checkEncoding(text(write, 'encoding') ?? encoding, `${where}.encoding`) ?? 'utf-8',
    records,
    done: write['done'] === true,
    formulas: write['formulas'] === 'neutralise' ? 'neutralise' : fileDefaults.formulas,
  };
}

function text(from: JsonObject, name: string): string | undefined {
  const value = from[name];
  return typeof value === 'string' ? value : undefined;
}

function list(from: JsonObject, name: string): readonly string[] | undefined {
  const value = from[name];
  return Array.isArray(value) ? value.map(String) : undefined;
}
