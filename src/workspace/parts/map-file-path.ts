/** Where the file that `map: ./orders.jsonata` names lies in the workspace; `undefined` where it lies outside. */
export function mapFilePath(flowPath: string, map: string): string | undefined {
  if (/^(?:\/|[A-Za-z]:)/.test(map)) return undefined;
  const parts = flowPath.split('/').slice(0, -1);
  for (const part of map.split(/[\\/]/)) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
