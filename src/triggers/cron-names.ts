const months = 'january february march april june july august september october november december';
const days = 'sunday monday tuesday wednesday thursday friday saturday';

/** Names of months and days as three letters, which every library knows: `january` → `jan`. */
export function shortNames(expression: string): string {
  const long = new RegExp(`\\b(?:${`${months} ${days}`.replaceAll(' ', '|')})\\b`, 'gi');
  return expression.replaceAll(long, (name) => name.slice(0, 3));
}
