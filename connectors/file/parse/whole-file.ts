import iconv from 'iconv-lite';
import { flawIn } from '../../../src/contract/exact-json/json-flaws.ts';
import type { Fault } from '../../../src/contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import { formatSize } from '../../../src/contract/quantity.ts';
import { toJsonText } from '../../../src/contract/text/raw-text.ts';
import { countLines } from './count-lines.ts';
import { cutCharacter, hasBrokenText, isUtf8Name, refuseUtf16 } from './decode-file.ts';
import { brokenRow, type Entry, unreadable } from './entry.ts';
import { nameOf, unreliable } from './json/json-lines.ts';
import { type ByteSource, openBytes } from './open-bytes.ts';

/** JSON and XML files are read whole, so they are bounded. */
export const maxWholeFileBytes = 64 * 1024 * 1024;

export interface WholeFile {
  readonly file: string;
  /** `undefined`: utf-8, or what an XML declaration says. */
  readonly encoding: string | undefined;
  readonly maxRecordBytes: number;
}

export interface WholeText {
  readonly text: string;
  /** Lines with bytes that are no text; there the text has U+FFFD. */
  readonly brokenLines: readonly number[];
}

export async function readWholeText(source: ByteSource, file: WholeFile): Promise<WholeText> {
  const bytes = await readWhole(source);
  return decodeWhole(bytes, file);
}

/** All bytes of a file, unpacked; throws TL_SOURCE_UNREADABLE where there are more than are held at once. */
async function readWhole(source: ByteSource): Promise<Buffer> {
  const { size: stored } = await source.handle.stat();
  if (stored > maxWholeFileBytes) throw tooLargeToRead(source.file, formatSize(stored));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of openBytes(source)) {
    source.signal.throwIfAborted();
    size += chunk.length;
    if (size > maxWholeFileBytes) {
      throw tooLargeToRead(source.file, `more than ${formatSize(maxWholeFileBytes)} when it is unpacked`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLargeToRead(file: string, has: string): Fault {
  const limit = formatSize(maxWholeFileBytes);
  return unreadable(file, 1, `has ${has}; JSON and XML are read whole, up to ${limit}: use jsonl or csv`);
}

function decodeWhole(bytes: Buffer, file: WholeFile): WholeText {
  const encoding = file.encoding ?? declaredEncoding(bytes) ?? 'utf-8';
  if (!isUtf8Name(encoding)) {
    const text = `${iconv.decode(bytes, encoding)}${cutCharacter(bytes.length, encoding)}`;
    const utf8 = text.includes('\uFFFD') ? Buffer.from(text) : Buffer.alloc(0);
    return { text, brokenLines: findBrokenLines(utf8, encoding) };
  }
  refuseUtf16(bytes, file.file);
  return {
    text: bytes.toString('utf8').replace(/^\uFEFF/, ''),
    brokenLines: findBrokenLines(bytes, encoding),
  };
}

/** `<?xml version="1.0" encoding="ISO-8859-1"?>` */
function declaredEncoding(bytes: Buffer): string | undefined {
  const [, name] =
    /^\s*<\?xml[^>]*\sencoding=["']([\w.:-]+)["']/.exec(bytes.toString('latin1', 0, 200)) ?? [];
  return name !== undefined && iconv.encodingExists(name) ? name : undefined;
}

function findBrokenLines(bytes: Buffer, encoding: string): readonly number[] {
  const found: number[] = [];
  if (!hasBrokenText(bytes, encoding)) return found;
  let line = 1;
  let from = 0;
  while (from < bytes.length) {
    const newline = bytes.indexOf(10, from);
    const end = newline === -1 ? bytes.length : newline + 1;
    if (hasBrokenText(bytes.subarray(from, end), encoding)) found.push(line);
    from = end;
    line += 1;
  }
  return found;
}

/** Line in which an offset of a text lies. */
export function lineAt(text: string, offset: number): number {
  return countLines(Buffer.from(text.slice(0, offset)), 10) + 1;
}

/** The records of a JSON or XML file as entries; one with bytes that are no text is broken, the others are not. */
export function toEntries(records: readonly unknown[], whole: WholeText, file: WholeFile): readonly Entry[] {
  // Looking into each record is only needed where there is something to be found.
  const mayBeLarge = whole.text.length > file.maxRecordBytes;
  const averageBytes = Math.ceil(whole.text.length / Math.max(records.length, 1));
  const looksClose = mayBeLarge || whole.brokenLines.length > 0;
  return records.map((record): Entry => {
    const flawed = flawIn(record);
    if (flawed !== undefined) {
      const place = { file: file.file, line: lineAt(whole.text, flawed.flaws[0]?.at ?? 0) };
      return brokenRow(place, unreliable(flawed.problem), Buffer.from(flawed.source));
    }
    if (!isJsonObject(record)) {
      return brokenRow(
        { file: file.file, line: 1 },
        `a record must be an object, got ${nameOf(record)}`,
        Buffer.from(toJsonText(record)),
      );
    }
    return looksClose ? checkEntry(record, whole, file) : { record, line: 1, bytes: averageBytes };
  });
}

function checkEntry(record: JsonObject, whole: WholeText, file: WholeFile): Entry {
  const text = toJsonText(record);
  const bytes = Buffer.byteLength(text);
  const [first = 1] = whole.brokenLines;
  if (whole.brokenLines.length > 0 && text.includes('\uFFFD')) {
    const lines = `${whole.brokenLines.slice(0, 10).join(', ')}${whole.brokenLines.length > 10 ? ', …' : ''}`;
    const problem = `the record holds bytes that are not ${file.encoding ?? 'utf-8'} text (such bytes stand in line ${lines})`;
    return brokenRow({ file: file.file, line: first }, problem, Buffer.from(text));
  }
  if (bytes <= file.maxRecordBytes) return { record, line: 1, bytes };
  const problem = `a record is larger than ${formatSize(file.maxRecordBytes)}`;
  return brokenRow({ file: file.file, line: 1 }, problem, Buffer.from(text), 'TL_RECORD_TOO_LARGE');
}
