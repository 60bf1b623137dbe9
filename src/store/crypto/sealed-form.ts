import { Fault } from '../../contract/fault.ts';
import { decrypt, encrypt, keyedPrint, keyedTerms } from './aes.ts';
import { type Seal, type SealedKind, sealedKinds } from './sealable.ts';

/**
 * How sealed bytes look: `TLKE`, the format (1), what kind of value it is, the id of the data key (9 bytes), and what AES
 * has made of it (nonce, ciphertext, tag). All that stands before the nonce is bound to the rest: bytes of one kind, or
 * under one key, are not taken for those of another. Texts are the same in base64url, behind a character that no text of
 * ours has; 15 bytes are 20 letters, so that a statement finds the key in both.
 */
export interface DataKey {
  /** 12 letters of base64url. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** What lasts for as long as the database: by what sealed texts are known again, and records are found. */
export interface LastingKeys {
  readonly print: Buffer;
  readonly terms: Buffer;
}

const format = 1;
export const magicBytes: Buffer = Buffer.from([...Buffer.from('TLKE'), format]);
const idAt = magicBytes.length + 1;
const idBytes = 9;
const headBytes = idAt + idBytes;
export const textMark = '\u0002';

export function createSeal(dataKey: DataKey, lasting: LastingKeys): Seal {
  const text = (kind: SealedKind, clear: string) =>
    textMark + sealBytes(kind, Buffer.from(clear), dataKey).toString('base64url');
  return {
    bytes: (kind, clear) => sealBytes(kind, clear, dataKey),
    text: (clear) => text('text', clear),
    json: (clear) => JSON.stringify(text('json', clear)),
    print: (clear) => keyedPrint(lasting.print, clear),
    terms: (clear) => keyedTerms(lasting.terms, clear),
  };
}

function sealBytes(kind: SealedKind, clear: Buffer, { id, bytes: key }: DataKey): Buffer {
  const head = Buffer.concat([
    magicBytes,
    Buffer.from([sealedKinds.indexOf(kind)]),
    Buffer.from(id, 'base64url'),
  ]);
  return Buffer.concat([head, encrypt(key, clear, head)]);
}

/** Under which data key bytes were sealed; `undefined`: they were not. */
export function dataKeyOf(bytes: Uint8Array): string | undefined {
  if (bytes.length < headBytes || magicBytes.some((byte, index) => bytes[index] !== byte)) return undefined;
  return Buffer.from(bytes.subarray(idAt, headBytes)).toString('base64url');
}

/** The bytes that a sealed text stands for; `undefined`: it is none. */
export function bytesOfText(text: string): Buffer | undefined {
  if (!text.startsWith(textMark)) return undefined;
  const bytes = Buffer.from(text.slice(textMark.length), 'base64url');
  return dataKeyOf(bytes) === undefined ? undefined : bytes;
}

/**
 * A value that is about to be used for what it is. A process that was started without a key, beside one that has one, must
 * not take what is sealed for it. Throws a Fault TL_ENCRYPTION.
 */
export function requireOpened<Value>(value: Value): Value {
  const bytes = typeof value === 'string' ? bytesOfText(value) : undefined;
  if (bytes !== undefined) throw sealedElsewhere(dataKeyOf(bytes));
  return value;
}

export function sealedElsewhere(id: string | undefined): Fault {
  return new Fault(
    'TL_ENCRYPTION',
    `this is encrypted under data key ${id}, which this process does not have: it was started without the key of the database, or the key is another database's`,
  );
}

export interface Unsealed {
  readonly kind: SealedKind;
  readonly clear: Buffer;
}

/** What kind of value sealed bytes say they are. */
export function sealedKindOf(bytes: Uint8Array): SealedKind | undefined {
  return sealedKinds[bytes[idAt - 1] ?? -1];
}

/** `undefined`: they are not what was sealed with this key. */
export function unsealBytes(bytes: Buffer, key: Buffer): Unsealed | undefined {
  const kind = sealedKindOf(bytes);
  const clear = decrypt(key, bytes.subarray(headBytes), bytes.subarray(0, headBytes));
  return kind === undefined || clear === undefined ? undefined : { kind, clear };
}
