import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { unreadable } from './entry.ts';
import { type ByteSource, openBytes, refuseZeroBytes } from './open-bytes.ts';

const utf8Bom = Buffer.from([0xef, 0xbb, 0xbf]);
const replacement = Buffer.from('\uFFFD');

/**
 * A file as chunks of UTF-8, whatever it is encoded in, without a byte order mark. A file that claims to be
 * UTF-8 comes through byte for byte: only {@link hasBrokenText} says where it is not.
 */
export async function* readUtf8(source: ByteSource, encoding: string): AsyncGenerator<Buffer> {
  const toUtf8 = isUtf8Name(encoding) ? stripBom(source.file) : transcode(encoding);
  for await (const chunk of openBytes(source)) {
    const decoded = toUtf8(chunk);
    if (decoded.length > 0) yield decoded;
  }
  const rest = toUtf8(undefined);
  if (rest.length > 0) yield rest;
}

/** Did these bytes of {@link readUtf8} contain something that is no text in the file's encoding? */
export function hasBrokenText(bytes: Buffer, encoding: string): boolean {
  return isUtf8Name(encoding) ? !isUtf8(bytes) : bytes.includes(replacement);
}

export function isUtf8Name(encoding: string): boolean {
  return /^utf-?8$/i.test(encoding);
}

type Decode = (chunk: Buffer | undefined) => Buffer;

function stripBom(file: string): Decode {
  let first = true;
  return (chunk = Buffer.alloc(0)) => {
    if (!first || chunk.length === 0) return chunk;
    first = false;
    refuseUtf16(chunk, file);
    return chunk.subarray(0, 3).equals(utf8Bom) ? chunk.subarray(3) : chunk;
  };
}

/** Read as UTF-8, every one of its lines would be broken in a way that nobody recognises. */
export function refuseUtf16(bytes: Buffer, file: string): void {
  const start = bytes.toString('hex', 0, 4);
  const found = marks.find(([mark]) => start.startsWith(mark));
  if (found === undefined) {
    refuseZeroBytes(bytes, file);
    return;
  }
  const [, name] = found;
  throw unreadable(file, 1, `is encoded in ${name.slice(0, 6).toUpperCase()}; say \`encoding: ${name}\``);
}

/** Byte order marks; that of utf-32le begins as that of utf-16le does. */
const marks = [
  ['fffe0000', 'utf-32le'],
  ['0000feff', 'utf-32be'],
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
] as const;

function transcode(encoding: string): Decode {
  const decoder = iconv.getDecoder(encoding);
  let bytes = 0;
  return (chunk) => {
    bytes += chunk?.length ?? 0;
    if (chunk !== undefined) return Buffer.from(decoder.write(chunk), 'utf8');
    return Buffer.from(`${decoder.end() ?? ''}${cutCharacter(bytes, encoding)}`, 'utf8');
  };
}

/** The decoder passes over what is left of a character at the end of a file that is cut: U+FFFD where there is some. */
export function cutCharacter(bytes: number, encoding: string): string {
  const width = /^utf-?32/i.test(encoding) ? 4 : /^(?:utf-?16|ucs-?2)/i.test(encoding) ? 2 : 1;
  return bytes % width === 0 ? '' : '\uFFFD';
}
