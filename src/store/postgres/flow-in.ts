import { type RawBuilder, sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';

/** Is the flow that stands in this column one of these? */
export function flowIn(column: RawBuilder<unknown>, scope: FlowScope): RawBuilder<boolean> {
  if (scope === 'all') return sql`true`;
  return sql`${column} like any(${scope.map(toLike)}::text[])`;
}

/** `orders-*` → `orders-%`; what `like` takes for more than a letter is one. */
function toLike(pattern: string): string {
  return pattern.replaceAll(/[\\%_]/g, String.raw`\$&`).replaceAll('*', '%');
}
