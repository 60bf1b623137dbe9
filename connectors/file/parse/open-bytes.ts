import type { FileHandle } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { formatSize } from '../../../src/contract/quantity.ts';
import { unreadable } from './entry.ts';

export const chunkBytes = 64 * 1024;

export interface ByteSource {
  readonly handle: FileHandle;
  readonly file: string;
  readonly signal: AbortSignal;
}

/**
 * The bytes of a file; of one that is compressed with gzip (RFC 1952), whatever it is called, those that are in it.
 * A file of another kind than text is told by its first bytes.
 */
export async function* openBytes(source: ByteSource): AsyncGenerator<Buffer> {
  const isFirst = { chunk: true };
  for await (const chunk of (await isGzip(source.handle)) ? unzip(source) : read(source)) {
    const bytes = chunk as Buffer;
    if (isFirst.chunk) refuseBinary(bytes, source.file);
    isFirst.chunk = false;
    yield bytes;
  }
}

/** The bytes of a file as they are stored, for what is packed by its own format. */
export async function readStored(source: ByteSource, maxBytes: number): Promise<Buffer> {
  const { size } = await source.handle.stat();
  if (size > maxBytes) {
    const limit = formatSize(maxBytes);
    throw unreadable(source.file, 1, `has ${formatSize(size)}; a workbook may have ${limit}: use csv`);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of read(source)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function isGzip(handle: FileHandle): Promise<boolean> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
}

function read({ handle, signal }: ByteSource): Readable {
  const stream = handle.createReadStream({ highWaterMark: chunkBytes, autoClose: false, start: 0, signal });
  // An abort before the loop listens, or after it has ended, would take the process down.
  stream.on('error', () => {});
  return stream;
}

async function* unzip(source: ByteSource): AsyncGenerator<Buffer> {
  const plain = new PassThrough({ highWaterMark: chunkBytes });
  plain.on('error', () => {});
  const done = pipeline(read(source), createGunzip({ chunkSize: chunkBytes }), plain).catch((thrown) => {
    source.signal.throwIfAborted();
    const code = (thrown as { code?: string }).code ?? '';
    if (!code.startsWith('Z_')) throw thrown;
    throw unreadable(source.file, 1, `is compressed with gzip, and damaged or cut off (${code})`);
  });
  done.catch(() => {});
  try {
    for await (const chunk of plain) yield chunk as Buffer;
  } catch (thrown) {
    // What went wrong in the middle says why the end was cut off.
    await done;
    throw thrown;
  } finally {
    plain.destroy();
  }
  await done;
}

/** What files of other kinds begin with, and what to do with them. */
const kinds: readonly (readonly [begins: string, what: string])[] = [
  ['504b0304', 'is a ZIP archive or an Office file; of an Excel workbook say `format: xlsx`'],
  ['d0cf11e0', 'is an old Office file (.xls); save it as .xlsx and say `format: xlsx`'],
  ['25504446', 'is a PDF'],
  ['89504e47', 'is a PNG image'],
  ['ffd8ff', 'is a JPEG image'],
  ['47494638', 'is a GIF image'],
  ['28b52ffd', 'is compressed with zstd, which is not read; gzip is'],
  ['425a68', 'is compressed with bzip2, which is not read; gzip is'],
  ['fd377a58', 'is compressed with xz, which is not read; gzip is'],
  ['7f454c46', 'is a program'],
];

/** Read as text, each of its lines would be broken in a way that nobody recognises. */
function refuseBinary(bytes: Buffer, file: string): void {
  const start = bytes.toString('hex', 0, 8);
  const kind = kinds.find(([begins]) => start.startsWith(begins));
  if (kind !== undefined) throw unreadable(file, 1, `the file ${kind[1]}`);
}

/** Text has no zero bytes, but in UTF-16, where every other one is: then which encoding it looks like. */
export function refuseZeroBytes(bytes: Buffer, file: string): void {
  const start = bytes.subarray(0, 4096);
  if (!start.includes(0)) return;
  const at = (from: number) => {
    let zeros = 0;
    for (let index = from; index < start.length; index += 2) zeros += start[index] === 0 ? 1 : 0;
    return (zeros * 2) / start.length;
  };
  const [even, odd] = [at(0), at(1)];
  if (Math.max(even, odd) > 0.4 && Math.min(even, odd) < 0.1) {
    const name = odd > even ? 'utf-16le' : 'utf-16be';
    throw unreadable(file, 1, `looks like UTF-16 without a mark; say \`encoding: ${name}\``);
  }
  // Some stray zeros are the trouble of their own records, however short the file is.
  const controls = start.filter((byte) => byte < 32 && (byte < 8 || byte > 13)).length;
  if (controls > 8 && controls / start.length > 0.05)
    throw unreadable(file, 1, 'the file is binary, and no text');
}
