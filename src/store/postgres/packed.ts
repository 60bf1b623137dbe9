import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** JSON, compressed: how payloads lie in the database. */
export function pack(value: unknown): Buffer {
  return packText(JSON.stringify(value));
}

/** What is JSON already. */
export function packText(json: string): Buffer {
  return zstdCompressSync(json, options);
}

export function unpack(bytes: Uint8Array): unknown {
  return JSON.parse(unpackText(bytes));
}

/** The JSON as it was packed. */
export function unpackText(bytes: Uint8Array): string {
  return zstdDecompressSync(bytes).toString('utf8');
}
