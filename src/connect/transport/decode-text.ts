import { isAscii, isUtf8 } from 'node:buffer';
import { openDecoder } from '../../contract/text/charset.ts';

/** The body of an answer as text. */
export interface DecodedText {
  readonly text: string;
  /** Some bytes are no text: which, and in what charset. There the text has U+FFFD. */
  readonly broken?: string;
  /** It cannot be read at all, and why. */
  readonly unreadable?: string;
}

/** What is said of a body beside its bytes. */
export interface SaidOfBody {
  /** Its content type. */
  readonly type: string | undefined;
  /** Of bodies whose content type names none. */
  readonly charset: string;
}

/**
 * Decodes a body by its byte order mark, by the charset of its content type, else by that of the connection. Charsets are those of the
 * WHATWG Encoding Standard, with all their names: what calls itself ISO-8859-1 is read as windows-1252, which it is.
 */
export function decodeText(bytes: Buffer, { type, charset: usual }: SaidOfBody): DecodedText {
  if (bytes.length === 0) return { text: '' };
  const said = charsetOf(type);
  const charset = markedCharset(bytes) ?? said ?? usual;
  if (/^utf-?8$/i.test(charset) && isUtf8(bytes)) return { text: withoutMark(bytes.toString('utf8')) };
  const decoder = openDecoder(toLabel(charset, bytes));
  if (decoder !== undefined) return decodeWith(decoder, bytes, { charset, isSaid: said !== undefined });
  // Nearly every charset has ASCII in common.
  if (isAscii(bytes)) return { text: bytes.toString('latin1') };
  return {
    text: '',
    unreadable: `text in the charset "${charset.slice(0, 60)}", which is not known (its content type must name one of the WHATWG Encoding Standard)`,
  };
}

/** `application/json; charset="ISO-8859-1"` */
function charsetOf(contentType: string | undefined): string | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|'?([^\s;,"']+))/i.exec(contentType ?? '') ?? [];
  return (quoted ?? plain)?.trim() || undefined;
}

/** What stands at the beginning of the bytes says it more surely than any header. */
function markedCharset(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : undefined;
}

/** Without a mark, UTF-16 may come either way round; JSON begins with an ASCII character. */
function toLabel(charset: string, bytes: Buffer): string {
  if (/^utf-?16$/i.test(charset)) return bytes[0] === 0 ? 'utf-16be' : 'utf-16le';
  return charset;
}

function decodeWith(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Buffer,
  { charset, isSaid }: { readonly charset: string; readonly isSaid: boolean },
): DecodedText {
  try {
    return { text: withoutMark(decoder.decode(bytes)) };
  } catch {
    const text = withoutMark(new TextDecoder(decoder.encoding).decode(bytes));
    const source = isSaid
      ? 'as its content type says'
      : 'and its content type names no charset (`charset` of the connection or manifest can)';
    const at = firstBadByte(bytes, decoder.encoding) + 1;
    return { text, broken: `byte ${at} of the answer is no ${charset.slice(0, 60)} text, ${source}` };
  }
}

/** How many bytes from the beginning are text. */
function firstBadByte(bytes: Buffer, encoding: string): number {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (isText(bytes.subarray(0, middle), encoding)) good = middle;
    else bad = middle;
  }
  return good;
}

function isText(start: Buffer, encoding: string): boolean {
  try {
    // More may follow: the last character need not be whole.
    new TextDecoder(encoding, { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
