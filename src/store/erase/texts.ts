import { sql } from 'kysely';
import { sealJson, sealNote, sealPrint, sealText } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

/** A table in which people, systems and we ourselves have written about records. */
export interface TextTable {
  readonly table: string;
  /** An expression that tells its rows apart. */
  readonly id: string;
  readonly columns: Readonly<Record<string, TextColumn>>;
  /** Only these rows have something written in them. */
  readonly where?: string;
}

/**
 * As what it lies there. `note`: a fault, whose message is sealed where there is a key. `document`: JSON that is sealed as a
 * text.
 */
type TextColumn = 'text' | 'sealed text' | 'json' | 'note' | 'document' | 'list';

export const textTables: readonly TextTable[] = [
  {
    ...{ table: 'bulks', id: 'id' },
    columns: { reason: 'text', wish: 'json', patch: 'json', way: 'json', fault: 'note' },
  },
  {
    ...{ table: 'runs', id: 'id', where: 'fault is not null or guard is not null' },
    columns: { fault: 'note', guard: 'note' },
  },
  { table: 'causes', id: 'id', columns: { message: 'sealed text', tags: 'list' } },
  {
    table: 'drifts',
    id: 'id',
    columns: { expected: 'sealed text', got: 'sealed text', sample: 'sealed text' },
  },
  { table: 'circuits', id: 'connection', columns: { fault: 'note' } },
  { table: 'batches', id: 'id', where: 'fault is not null', columns: { fault: 'note' } },
  { table: 'held', id: 'id', where: 'fault is not null', columns: { fault: 'note' } },
  { table: 'run_notes', id: 'run_id', columns: { reading: 'json', unordered_form: 'text' } },
  { table: 'pauses', id: `kind || ' ' || name`, columns: { reason: 'text' } },
  // Answers of the API, which are given once more to whoever asks once more.
  {
    ...{ table: 'idempotency_keys', id: `caller || ' ' || key`, where: 'body is not null' },
    columns: { body: 'document' },
  },
];

/** What is written in a row, by column. */
export interface WrittenRow {
  readonly id: string;
  readonly written: Readonly<Record<string, unknown>>;
}

/** In the order of their ids, some at a time. */
export async function* scanTexts(
  db: Database,
  { table, id, columns, where = 'true' }: TextTable,
): AsyncGenerator<readonly WrittenRow[]> {
  const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
  for (let after: string | undefined; ; ) {
    const isBehind = after === undefined ? sql`true` : sql`${sql.raw(id)} > ${after}`;
    const { rows } = await sql<Readonly<Record<string, unknown>>>`
      select ${sql.raw(id)} as row_id, ${names} from ${sql.table(table)}
      where (${sql.raw(where)}) and ${isBehind} order by ${sql.raw(id)} limit ${atOnce}`.execute(db);
    yield rows.map(({ row_id, ...row }) => ({ id: String(row_id), written: toWritten(row, columns) }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return;
    after = String(last['row_id']);
  }
}

const atOnce = 1_000;

function toWritten(row: WrittenRow['written'], columns: TextTable['columns']): WrittenRow['written'] {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      columns[name] === 'document' && typeof value === 'string' ? JSON.parse(value) : value,
    ]),
  );
}

/** A row says this from now on. */
export async function saveTexts(
  tx: Database,
  { table, id, columns }: TextTable,
  row: WrittenRow,
): Promise<void> {
  const written = table === 'causes' ? await keptApart(tx, row) : row.written;
  const sets = Object.entries(columns).map(([name, type]) => {
    const { cast, value } = toColumn(written[name], type);
    return sql`${sql.ref(name)} = ${value}::${sql.raw(cast)}`;
  });
  if (table === 'causes') sets.push(sql`print = ${sealPrint(String(written['message']))}`);
  await sql`
    update ${sql.table(table)} set ${sql.join(sets)} where ${sql.raw(id)} = ${row.id}`.execute(tx);
}

function toColumn(value: unknown, type: TextColumn): { readonly cast: string; readonly value: unknown } {
  const cast = type === 'list' ? 'text[]' : type === 'json' || type === 'note' ? 'jsonb' : 'text';
  if (value === null || value === undefined) return { cast, value: null };
  return { cast, value: sealAs[type](value) };
}

const sealAs: Readonly<Record<TextColumn, (value: unknown) => unknown>> = {
  text: (value) => value,
  list: (value) => value,
  'sealed text': (value) => sealText(String(value)),
  json: (value) => sealJson(toJsonb(value)),
  note: (value) => sealNote(value as Parameters<typeof sealNote>[0]),
  document: (value) => sealText(JSON.stringify(value)),
};

/** A cause that says by now what another one says has its id in its message: its errors are its own still. */
async function keptApart(tx: Database, { id, written }: WrittenRow): Promise<WrittenRow['written']> {
  const message = String(written['message']);
  const { rows } = await sql`
    select 1 from causes as own join causes as other using (flow, code, stage, path, at)
    where own.id = ${id} and other.id <> own.id
      and coalesce(other.print, md5(other.message)) in (${sealPrint(message)}, md5(${message}::text))
    limit 1`.execute(tx);
  return rows.length === 0 ? written : { ...written, message: `${message} (C${id})` };
}

/** Keys that count towards the guards of a run under way are known by something else from now on. */
export async function renameGuarded(tx: Database, keys: readonly string[]): Promise<number> {
  const { rows } = await sql`
    update guarded set key = 'erased ' || gen_random_uuid() where key = any(${keys}::text[]) returning 1`.execute(
    tx,
  );
  return rows.length;
}

/** What somebody has made of the record of an error, and is not sent yet. */
export interface PatchedItem {
  readonly bulkId: number;
  readonly errorId: number;
  readonly flow: string;
  readonly patched: Buffer;
}

export async function scanPatched(
  db: Database,
  after: { readonly bulkId: number; readonly errorId: number },
  limit: number,
): Promise<readonly PatchedItem[]> {
  const { rows } = await sql<PatchedItem>`
    select bulk_id as "bulkId", error_id as "errorId", flow, patched from bulk_items
    where patched is not null and (bulk_id, error_id) > (${after.bulkId}, ${after.errorId})
    order by bulk_id, error_id limit ${limit}`.execute(db);
  return rows;
}

/** One that was not sent yet leaves its set: as it was before, it is not wanted. */
export async function emptyItems(
  tx: Database,
  items: readonly Pick<PatchedItem, 'bulkId' | 'errorId'>[],
): Promise<void> {
  await sql`
    update bulk_items
    set patched = null, result = case when state = 'waiting' then 'edited' else result end,
        turned_at = case when state = 'waiting' then now() else turned_at end,
        state = case when state = 'waiting' then 'left' else state end
    from unnest(
      ${items.map(({ bulkId }) => bulkId)}::bigint[], ${items.map(({ errorId }) => errorId)}::bigint[]
    ) as t (bulk_id, error_id)
    where bulk_items.bulk_id = t.bulk_id and bulk_items.error_id = t.error_id`.execute(tx);
}
