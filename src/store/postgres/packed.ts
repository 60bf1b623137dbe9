import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { type StoredBytes, wrongKind } from '../crypto/open-rows.ts';
import { Sealable, type SealedKind } from '../crypto/sealable.ts';
import { dataKeyOf, sealedElsewhere } from '../crypto/sealed-form.ts';

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** JSON, compressed, and sealed on its way if there is a key: how payloads lie in the database. */
export function pack(kind: SealedKind, value: unknown): Sealable {
  return packText(kind, JSON.stringify(value));
}

/** What is JSON already. */
export function packText(kind: SealedKind, json: string): Sealable {
  const packed = zstdCompressSync(json, options);
  return new Sealable((seal) => seal.bytes(kind, packed));
}

/** @param bytes - of a row, opened on their way if they were sealed. */
export function unpack(kind: SealedKind, bytes: Uint8Array): unknown {
  return JSON.parse(unpackText(kind, bytes));
}

/** The JSON as it was packed. */
export function unpackText(kind: SealedKind, bytes: StoredBytes): string {
  const { sealedAs } = bytes;
  if (sealedAs !== undefined && sealedAs !== kind) throw wrongKind(sealedAs, kind);
  const id = sealedAs === undefined ? dataKeyOf(bytes) : undefined;
  if (id !== undefined) throw sealedElsewhere(id);
  return zstdDecompressSync(bytes).toString('utf8');
}
