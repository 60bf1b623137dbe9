import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** JSON, compressed: how payloads lie in the database. */
export function pack(value: unknown): Buffer {
  return zstdCompressSync(JSON.stringify(value), options);
}

export function unpack(bytes: Uint8Array): unknown {
  return JSON.parse(zstdDecompressSync(bytes).toString('utf8'));
}
