import { Fault } from '../../contract/fault.ts';
import type { Keyring, Unseal } from './keyring.ts';
import { isSealable, noSeal, type SealedKind, toStored } from './sealable.ts';
import { bytesOfText, dataKeyOf, textMark } from './sealed-form.ts';

/** Parameters of a statement as they are sent: what holds values of a payload is sealed, if there is a key. */
export async function sealParameters(
  values: readonly unknown[],
  keyring: Keyring | undefined,
): Promise<readonly unknown[]> {
  if (!values.some(isSealable)) return values;
  const seal = keyring === undefined ? noSeal : await keyring.seal();
  return values.map((value) => toStored(value, seal));
}

/** Bytes of a column, and as what they were sealed, if they were. */
export type StoredBytes = Uint8Array & { sealedAs?: SealedKind };

interface Result {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
  readonly rows: readonly Record<string, unknown>[];
}

/** Numbers of the types that sealed values come in: bytea, text, varchar, jsonb, and lists of text. */
const jsonbType = 3802;
const types = new Set([17, 25, 1043, jsonbType, 1009]);

/** Puts clear values in place of those that are sealed, wherever in the rows they are. */
export async function openRows({ fields, rows }: Result, keyring: Keyring): Promise<void> {
  const columns = fields.filter(({ dataTypeID }) => types.has(dataTypeID));
  if (columns.length === 0) return;
  const ids = new Set<string>();
  for (const row of rows) for (const { name } of columns) collectKeys(row[name], ids);
  if (ids.size === 0) return;
  const unseal = await keyring.unseal(ids);
  for (const row of rows)
    for (const { name, dataTypeID } of columns)
      row[name] = dataTypeID === jsonbType ? openJson(row[name], unseal) : open(row[name], unseal);
}

function collectKeys(value: unknown, ids: Set<string>): void {
  if (typeof value === 'string') {
    const bytes = value.startsWith(textMark) ? bytesOfText(value) : undefined;
    if (bytes !== undefined) addKey(bytes, ids);
  } else if (value instanceof Uint8Array) addKey(value, ids);
  else if (isContainer(value)) for (const each of Object.values(value)) collectKeys(each, ids);
}

function addKey(bytes: Uint8Array, ids: Set<string>): void {
  const id = dataKeyOf(bytes);
  if (id !== undefined) ids.add(id);
}

/** JSON that is sealed as a whole is a text; within JSON that is not, texts may be sealed. */
function openJson(value: unknown, unseal: Unseal): unknown {
  if (typeof value !== 'string') return open(value, unseal);
  const clear = openText(value, 'json', unseal);
  return clear === undefined ? value : JSON.parse(clear);
}

function open(value: unknown, unseal: Unseal): unknown {
  if (typeof value === 'string') return openText(value, 'text', unseal) ?? value;
  if (value instanceof Buffer) return openBytes(value, unseal);
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map((each) => open(each, unseal));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, open(each, unseal)]));
}

/** `undefined`: it is not sealed. */
function openText(text: string, kind: SealedKind, unseal: Unseal): string | undefined {
  const bytes = text.startsWith(textMark) ? bytesOfText(text) : undefined;
  const opened = bytes && unseal(bytes);
  if (opened === undefined) return undefined;
  if (opened.kind !== kind) throw wrongKind(opened.kind, kind);
  return opened.clear.toString();
}

function openBytes(bytes: Buffer, unseal: Unseal): Buffer {
  const opened = unseal(bytes);
  if (opened === undefined) return bytes;
  return Object.assign(opened.clear, { sealedAs: opened.kind });
}

/** Something sealed lies where something else belongs. */
export function wrongKind(got: SealedKind, wanted: string): Fault {
  return new Fault(
    'TL_ENCRYPTION',
    `what is stored in place of a value of kind "${wanted}" was sealed as "${got}": it was moved in the database, and nothing of it was used`,
  );
}

function isContainer(value: unknown): value is object {
  // Dates have no members, and nothing else that a driver makes is larger.
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}
