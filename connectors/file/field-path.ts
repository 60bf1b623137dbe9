import { isJsonObject } from '../../src/contract/json.ts';

/**
 * Compiles `InvoiceNo` or `Header.Number` to a function that takes that value out of a record.
 * A column whose own name holds dots (`Order.No`) wins over the path.
 */
export function compileFieldPath(path: string): (record: unknown) => unknown {
  const steps = path.split('.');
  return (record) => {
    if (isJsonObject(record) && Object.hasOwn(record, path)) return record[path];
    let value: unknown = record;
    for (const step of steps) {
      if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
    return value;
  };
}

/** The text that rows are grouped by: a non-empty string or a number; `undefined` for anything else. */
export function toGroupText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}
