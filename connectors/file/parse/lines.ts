import { trimLineEnd } from './count-lines.ts';

/** A line of a file. */
export interface TextLine {
  /** Without its end; only the beginning of one that is larger than it may be. */
  readonly raw: Buffer;
  /** Its size with its end. */
  readonly bytes: number;
  /** From 1. */
  readonly line: number;
}

/** The lines of a file, by the block; what stands behind the last line end is one too, unless it is nothing. */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxLineBytes: number,
): AsyncGenerator<readonly TextLine[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let line = 0;
  const endLine = (end: Buffer): TextLine => {
    const raw = rest.length === 0 ? end : Buffer.concat([...rest, end]);
    const bytes = restBytes + end.length;
    rest = [];
    restBytes = 0;
    line += 1;
    return { raw: trimLineEnd(raw), bytes, line };
  };
  for await (const chunk of chunks) {
    const lines: TextLine[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      lines.push(endLine(chunk.subarray(from, at + 1)));
      from = at + 1;
    }
    restBytes += chunk.length - from;
    // Of a line that is too large already, the beginning is enough.
    if (restBytes <= maxLineBytes || rest.length === 0) rest.push(chunk.subarray(from));
    yield lines;
  }
  if (restBytes > 0) yield [endLine(Buffer.alloc(0))];
}
