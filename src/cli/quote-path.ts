/** A path as a shell and an option take it, for commands that are proposed: in quotes only where it needs them. */
export function quotePath(path: string): string {
  const plain = path.startsWith('-') || path.startsWith('~') ? `./${path}` : path;
  return /^[\w./:@=+,%-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}
