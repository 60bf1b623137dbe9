import { toJsonb } from '../postgres/storable.ts';

/**
 * What a value is that may be sealed: bytes that were sealed as one kind are not opened as another. The place in the list
 * is written into the database: what is new goes to its end.
 */
export const sealedKinds = [
  'text',
  'json',
  'records',
  'ends',
  'sent',
  'held',
  'error',
  'made',
  'decision',
  'patch',
  'plan',
] as const;
export type SealedKind = (typeof sealedKinds)[number];

/** How values of payloads stand in the database: sealed (encrypted) where the operator has given a key, else as they are. */
export interface Seal {
  bytes(kind: SealedKind, clear: Buffer): Buffer;
  text(clear: string): string;
  /** @param clear - JSON. Returns JSON. */
  json(clear: string): string;
  /** By what a sealed text is known again, 32 hexadecimal digits; `null`: the text itself is there. */
  print(clear: string): string | null;
  /** By what records are found: hashes, four bytes each. */
  terms(clear: Buffer): Buffer;
}

/**
 * A parameter of a statement that holds values of a payload. How it is stored is decided on its way to PostgreSQL, so
 * that nobody who writes a statement has to know of keys; on the way back, rows come with clear values.
 */
export class Sealable {
  readonly toStored: (seal: Seal) => Buffer | string | null;

  constructor(toStored: (seal: Seal) => Buffer | string | null) {
    this.toStored = toStored;
  }

  /** The driver of PostgreSQL asks for it: only what has missed the seal comes so far. */
  toPostgres(): never {
    throw new Error('a value of a payload was about to be stored without having been sealed');
  }
}

/** For a `text` column. */
export function sealText(text: string): Sealable {
  return new Sealable((seal) => seal.text(text));
}

/** For a `jsonb` column. @param json - JSON that such a column takes. */
export function sealJson(json: string): Sealable {
  return new Sealable((seal) => seal.json(json));
}

/** The same of a fault as rows hold it: statements read its code, and its message may say values. */
export function sealNote(note: { readonly code: string; readonly message: string }): Sealable {
  return new Sealable((seal) => toJsonb({ ...note, message: seal.text(note.message) }));
}

/** By what a text is known again where it is sealed. */
export function sealPrint(text: string): Sealable {
  return new Sealable((seal) => seal.print(text));
}

/** Without a key. */
export const noSeal: Seal = {
  bytes: (_kind, clear) => clear,
  text: (clear) => clear,
  json: (clear) => clear,
  print: () => null,
  terms: (clear) => clear,
};

export function isSealable(value: unknown): boolean {
  if (!Array.isArray(value)) return value instanceof Sealable;
  // Of a list, all are or none: which of them are `null` does not matter.
  for (const each of value) if (each !== null) return each instanceof Sealable;
  return false;
}

/** A parameter as it is sent. */
export function toStored(value: unknown, seal: Seal): unknown {
  if (value instanceof Sealable) return value.toStored(seal);
  if (!Array.isArray(value)) return value;
  return value.map((each: unknown) => (each instanceof Sealable ? each.toStored(seal) : each));
}
