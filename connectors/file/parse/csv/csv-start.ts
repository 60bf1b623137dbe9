/** What stands before the first line of CSV that counts. */
export interface CsvStart {
  /** What is left of the file. */
  readonly rest: AsyncIterable<Buffer>;
  /** Lines passed over by now. */
  readonly lines: number;
  /** That of a line `sep=;`, which Excel goes by (support.microsoft.com has no page; Excel writes and reads it). */
  readonly delimiter: string | undefined;
}

/** Passes over the lines to skip, then over one that says `sep=;`. All of it is known once `rest` has begun. */
export function takeStart(chunks: AsyncIterable<Buffer>, { skip }: { readonly skip: number }): CsvStart {
  const start = { lines: 0, delimiter: undefined as string | undefined, rest: follow() };
  async function* follow(): AsyncGenerator<Buffer> {
    let held: Buffer = Buffer.alloc(0);
    let isDone = false;
    for await (const chunk of chunks) {
      if (isDone) {
        yield chunk;
        continue;
      }
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      while (start.lines < skip) {
        const end = endOfLine(held);
        if (end === undefined) break;
        held = held.subarray(end);
        start.lines += 1;
      }
      // A line `sep=;` has seven bytes at the most.
      if (start.lines < skip || (held.length < 7 && endOfLine(held) === undefined)) continue;
      takeSeparator();
      isDone = true;
      if (held.length > 0) yield held;
    }
    if (isDone || start.lines < skip) return;
    takeSeparator();
    if (held.length > 0) yield held;

    function takeSeparator(): void {
      const found = /^"?sep=(.)"?(?:\r?\n|\r|$)/i.exec(held.toString('utf8', 0, 16));
      if (found?.[1] === undefined) return;
      start.delimiter = found[1];
      start.lines += 1;
      held = held.subarray(Buffer.byteLength(found[0]));
    }
  }
  return start;
}

/** Where the next line begins: behind \n, \r\n, or \r alone. */
function endOfLine(bytes: Buffer): number | undefined {
  const newline = bytes.indexOf(10);
  const carriage = bytes.indexOf(13);
  if (carriage !== -1 && (newline === -1 || carriage < newline)) {
    // Whether a \n follows is not known yet.
    if (carriage + 1 === bytes.length) return undefined;
    return bytes[carriage + 1] === 10 ? carriage + 2 : carriage + 1;
  }
  return newline === -1 ? undefined : newline + 1;
}
