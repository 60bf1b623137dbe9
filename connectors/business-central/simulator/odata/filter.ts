import { compare } from '../erp/decimal.ts';
import type { EntityType, Field, Value } from '../erp/fields.ts';
import type { Row, Table } from '../erp/table.ts';
import { fieldOf } from './filter-literal.ts';
import { type Clause, type Comparison, parseFilter } from './parse-filter.ts';

/**
 * Rows that a `$filter` lets through, of the whole table or of those in `within`, in their order. Equality on
 * indexed fields does not scan.
 */
export function filterRows(table: Table, filter: string | undefined, within?: readonly Row[]): Row[] {
  if (filter === undefined) return [...(within ?? table.rows())];
  const clause = parseFilter(filter, table.type);
  const candidates = within ?? indexedRows(table, clause) ?? table.rows();
  const found: Row[] = [];
  for (const row of candidates) if (isMatch(row, clause, table.type)) found.push(row);
  return found;
}

/** `a eq 1`, `a eq 1 or a eq 2`, and either of them and'ed with anything: the rows the index knows. */
function indexedRows(table: Table, clause: Clause): readonly Row[] | undefined {
  if (clause.kind === 'compare' && clause.operator === 'eq') return table.lookup(clause.field, clause.value);
  if (clause.kind === 'and') {
    for (const part of clause.parts) {
      const rows = indexedRows(table, part);
      if (rows !== undefined) return rows;
    }
  }
  if (clause.kind !== 'or') return undefined;
  const rows = new Set<Row>();
  for (const part of clause.parts) {
    const found = indexedRows(table, part);
    if (found === undefined) return undefined;
    for (const row of found) rows.add(row);
  }
  return [...rows].sort((a, b) => a.sequence - b.sequence);
}

function isMatch(row: Row, clause: Clause, type: EntityType): boolean {
  switch (clause.kind) {
    case 'and':
      return clause.parts.every((part) => isMatch(row, part, type));
    case 'or':
      return clause.parts.some((part) => isMatch(row, part, type));
    case 'everything':
      return true;
    case 'call':
      return textFunctions[clause.function](String(row.values[clause.field]), clause.value);
    case 'compare':
      return isOrdered(
        clause,
        compareValues(fieldOf(type, clause.field), row.values[clause.field], clause.value),
      );
  }
}

const textFunctions = {
  contains: (text: string, part: string) => text.includes(part),
  startswith: (text: string, part: string) => text.startsWith(part),
  endswith: (text: string, part: string) => text.endsWith(part),
};

function isOrdered({ operator }: Comparison, order: number): boolean {
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

/** Also the order of `$orderby`. Dates and times are kept in one fixed form, so their text order is their order. */
export function compareValues(field: Field, a: Value | undefined, b: Value | undefined): number {
  if (field.kind === 'decimal') return compare(String(a), String(b));
  const left = a ?? '';
  const right = b ?? '';
  return left < right ? -1 : left > right ? 1 : 0;
}
