/** `lines[2].quantity`; a name that is no plain word stands in brackets and quotes: `xp["a b"]`. */
export function toPath(segments: readonly (string | number)[]): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`;
    else if (!/^[\p{L}_$@][\p{L}\p{N}_$@.-]*$/u.test(segment)) path += `[${JSON.stringify(segment)}]`;
    else path += path === '' ? segment : `.${segment}`;
  }
  return path;
}
