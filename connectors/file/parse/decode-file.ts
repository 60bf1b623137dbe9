import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { unreadable } from './entry.ts';
import { type ByteSource, openBytes, refuseZeroBytes } from './open-bytes.ts';

const utf8Bom = Buffer.from([0xef, 0xbb, 0xbf]);
const replacement = Buffer.from('\uFFFD');

/**
 * A file as chunks of UTF-8, whatever it is encoded in, without a byte order mark. A file that claims to be
 * UTF-8 comes through byte for byte: only {@link hasBrokenText} tells where it is not.
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
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark !== 0xfffe && mark !== 0xfeff) {
    refuseZeroBytes(bytes, file);
    return;
  }
  throw unreadable(
    file,
    1,
    `is encoded in UTF-16; say \`encoding: ${mark === 0xfffe ? 'utf-16le' : 'utf-16be'}\``,
  );
}

function transcode(encoding: string): Decode {
  const decoder = iconv.getDecoder(encoding);
  return (chunk) => Buffer.from(chunk === undefined ? (decoder.end() ?? '') : decoder.write(chunk), 'utf8');
}
