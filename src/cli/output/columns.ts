/** A text with a heading. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Sections beside each other, as wide as `width` together. What is too long goes on in the next line. */
export function sideBySide(sections: readonly Section[], width: number): readonly string[] {
  const gap = 3;
  const each = Math.floor((width - gap * (sections.length - 1)) / sections.length);
  const columns = sections.map(({ title, lines }) => [
    title.slice(0, each),
    '─'.repeat(each),
    ...lines.flatMap((line) => wrap(line, each)),
  ]);
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, row) =>
    columns
      .map((column) => (column[row] ?? '').padEnd(each))
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** Sections below each other. */
export function stacked(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ title, lines }, index) => [
    ...(index === 0 ? [] : ['']),
    `── ${title}`,
    ...lines,
  ]);
}

/** Pieces of a line; those that follow are indented a little more than it. */
function wrap(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  const indent = ' '.repeat(Math.min(line.search(/\S/) + 2, Math.floor(width / 2)));
  const pieces = [line.slice(0, width)];
  const room = Math.max(1, width - indent.length);
  for (let at = width; at < line.length; at += room) pieces.push(indent + line.slice(at, at + room));
  return pieces;
}
