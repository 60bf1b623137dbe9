/** Where an expression stands in a workspace file; everything is 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** Column of the expression's first character. */
  readonly column: number;
  /** For block scalars: how many columns every line of it is indented by. */
  readonly indent?: number;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line and column in the file (or in the text itself, without a place) of a 0-based offset into an expression. */
export function positionOf(text: string, offset: number, place?: Place): Position {
  const before = text.slice(0, Math.max(0, Math.min(offset, text.length)));
  const lastBreak = before.lastIndexOf('\n');
  const inLine = before.length - lastBreak - 1;
  if (lastBreak === -1) return { line: place?.line ?? 1, column: (place?.column ?? 1) + inLine };
  const breaks = before.split('\n').length - 1;
  return { line: (place?.line ?? 1) + breaks, column: (place?.indent ?? 0) + inLine + 1 };
}

/** `flows/orders.yaml:14:9`, or `line 1, column 9` of an expression that comes from no file. */
export function toLocation(text: string, offset: number, place?: Place): string {
  const { line, column } = positionOf(text, offset, place);
  return place === undefined ? `line ${line}, column ${column}` : `${place.file}:${line}:${column}`;
}
