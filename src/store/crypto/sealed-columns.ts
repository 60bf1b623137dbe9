import { type RawBuilder, sql } from 'kysely';
import type { SealedKind } from './sealable.ts';
import { magicBytes } from './sealed-form.ts';

/**
 * Every column that sealed values lie in. Bytes of a kind; texts; JSON that is sealed as a whole; and notes, which are JSON
 * with a sealed `message`. Who adds a column adds it here, and to docs/encryption.md.
 */
export interface SealedTable {
  readonly name: string;
  /** Its primary key, with types. */
  readonly key: Readonly<Record<string, 'bigint' | 'integer' | 'text'>>;
  readonly columns: Readonly<Record<string, SealedColumn>>;
}

export type SealedColumn = { readonly bytes: SealedKind } | 'text' | 'json' | 'note';

const id = { id: 'bigint' } as const;

export const sealedTables: readonly SealedTable[] = [
  { name: 'batches', key: id, columns: { payload: { bytes: 'records' }, fault: 'note' } },
  { name: 'held', key: id, columns: { payload: { bytes: 'held' }, fault: 'note' } },
  {
    name: 'errors',
    key: id,
    columns: {
      payload: { bytes: 'error' },
      made: { bytes: 'made' },
      ...({ message: 'text', answer: 'json', about: 'json', gaps: 'json' } as const),
    },
  },
  { name: 'causes', key: id, columns: { message: 'text' } },
  {
    name: 'decisions',
    key: id,
    columns: { original: { bytes: 'decision' }, patched: { bytes: 'decision' } },
  },
  {
    name: 'bulk_items',
    key: { bulk_id: 'bigint', error_id: 'bigint' },
    columns: { patched: { bytes: 'patch' } },
  },
  { name: 'bulks', key: id, columns: { wish: 'json', patch: 'json', way: 'json', fault: 'note' } },
  {
    name: 'history',
    key: { part: 'integer', id: 'bigint' },
    columns: { payload: { bytes: 'records' }, ends: { bytes: 'ends' }, sent: { bytes: 'sent' } },
  },
  { name: 'plans', key: { hash: 'text' }, columns: { documents: { bytes: 'plan' } } },
  { name: 'cursors', key: { flow: 'text' }, columns: { cursor: 'text' } },
  {
    name: 'runs',
    key: id,
    columns: { fault: 'note', guard: 'note', cursor_before: 'text', cursor_after: 'text' },
  },
  { name: 'run_notes', key: { run_id: 'bigint' }, columns: { reading: 'json' } },
  { name: 'circuits', key: { connection: 'text' }, columns: { fault: 'note' } },
  { name: 'drifts', key: id, columns: { expected: 'text', got: 'text', sample: 'text' } },
  { name: 'idempotency_keys', key: { caller: 'text', key: 'text' }, columns: { body: 'text' } },
];

/** Is there a value, and is it in clear? */
export function isInClear(name: string, column: SealedColumn): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(name)} is not null and not ${isSealed(name, column)})`;
}

/** Is it sealed under one of these data keys? */
export function isUnder(name: string, column: SealedColumn, ids: readonly string[]): RawBuilder<boolean> {
  return sql<boolean>`(${isSealed(name, column)} and ${dataKeyIn(name, column)} = any(${ids}::text[]))`;
}

function isSealed(name: string, column: SealedColumn): RawBuilder<boolean> {
  if (typeof column === 'object') {
    return sql<boolean>`coalesce(substring(${sql.ref(name)} from 1 for ${sql.lit(magicBytes.length)}) = ${magicBytes}, false)`;
  }
  return sql<boolean>`coalesce(left(${textIn(name, column)}, 1) = chr(2), false)`;
}

/** See `sealed-form.ts`: after six bytes, nine; after a character and eight letters, twelve. */
export function dataKeyIn(name: string, column: SealedColumn): RawBuilder<string> {
  if (typeof column !== 'object') return sql<string>`substring(${textIn(name, column)} from 10 for 12)`;
  return sql<string>`translate(encode(substring(${sql.ref(name)} from 7 for 9), 'base64'), '+/', '-_')`;
}

function textIn(name: string, column: 'text' | 'json' | 'note'): RawBuilder<string> {
  if (column === 'text') return sql<string>`${sql.ref(name)}`;
  if (column === 'note') return sql<string>`(${sql.ref(name)}->>'message')`;
  return sql<string>`(case when jsonb_typeof(${sql.ref(name)}) = 'string' then ${sql.ref(name)} #>> '{}' end)`;
}
