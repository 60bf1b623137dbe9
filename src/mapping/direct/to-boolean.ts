/** JSONata's casting to boolean; a missing value is false. */
export function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length > 0;
  if (typeof value === 'number') return value !== 0;
  if (Array.isArray(value)) return value.some(toBoolean);
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
