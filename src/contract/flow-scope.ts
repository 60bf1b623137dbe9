/**
 * Flows by their names, with `*` for any part of one: `orders-to-erp`, `orders-*`, `*@de`. `all`: also those that there
 * will be, and what belongs to none of them.
 */
export type FlowScope = 'all' | readonly string[];

export function isInScope(scope: FlowScope, flow: string): boolean {
  return scope === 'all' || scope.some((pattern) => isMatch(pattern, flow));
}

/** `orders-*` and `orders-to-erp`. */
function isMatch(pattern: string, flow: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === flow;
  const last = rest.pop() ?? '';
  if (!flow.startsWith(first) || !flow.endsWith(last) || flow.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of rest) {
    const found = flow.indexOf(part, at);
    if (found < 0 || found + part.length > flow.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
