/** How many line ends lie in these bytes; `newline` is 10 (\n) or, in files of old Macs, 13 (\r). */
export function countLines(bytes: Buffer, newline: number): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** Length of the line ends at the start of these bytes: of the empty lines before something. */
export function leadingLineEnds(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && (bytes[at] === 10 || bytes[at] === 13)) at += 1;
  return at;
}

/** These bytes without the line end they close with. */
export function trimLineEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end -= 1;
  return bytes.subarray(0, end);
}
