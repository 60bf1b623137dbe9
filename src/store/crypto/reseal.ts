import { type RawBuilder, sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { type FailedRecord, toTermsColumn } from '../errors/error-terms.ts';
import { type Database, keyringOf } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import { Sealable, sealJson, sealPrint, sealText } from './sealable.ts';
import type { SealedColumn, SealedTable } from './sealed-columns.ts';
import { bytesOfText, textMark } from './sealed-form.ts';

export interface Resealing {
  readonly table: SealedTable;
  /** Rows of it that are sealed anew. */
  readonly where: RawBuilder<boolean>;
  readonly limit: number;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Seals the values of some rows anew, under the data key of now: all that is sealed or should be, in rows that fit. In one
 * transaction. Returns how many rows it were: fewer than the limit when there are no more.
 */
export async function resealRows(db: Database, rows: Resealing): Promise<number> {
  return await db.transaction().execute((tx) => resealWithin(tx, rows));
}

/** The same as a part of a transaction. */
export async function resealWithin(tx: Database, { table, where, limit }: Resealing): Promise<number> {
  const names = Object.keys(table.key).map((name) => sql.ref(name));
  const values = Object.entries(table.columns).map(
    ([name, column]) => sql`${toRead(name, column)} as ${sql.ref(name)}`,
  );
  const { rows } = await sql<Row>`
    select ${sql.join([...names, ...values])} from ${sql.table(table.name)}
    where ${where} order by ${sql.join(names)} limit ${limit} for update`.execute(tx);
  for (const row of rows) await resealRow(tx, table, row);
  return rows.length;
}

/** JSON is read as it was written: as values, numbers would lose what no double holds. */
function toRead(name: string, column: SealedColumn): RawBuilder<unknown> {
  if (column === 'json') return sql`${sql.ref(name)}::text`;
  return column === 'note' ? sql`${sql.ref(name)}->>'message'` : sql.ref(name);
}

async function resealRow(tx: Database, table: SealedTable, row: Row): Promise<void> {
  const changes: RawBuilder<unknown>[] = [];
  for (const [name, column] of Object.entries(table.columns)) {
    if (row[name] !== null)
      changes.push(sql`${sql.ref(name)} = ${await toWritten(tx, { name, column }, row[name])}`);
  }
  const isRow = sql.join(
    Object.keys(table.key).map((name) => sql`${sql.ref(name)} = ${row[name]}`),
    sql` and `,
  );
  const update = sql`update ${sql.table(table.name)} set ${sql.join([...changes, ...derivedOf(table, row)])} where ${isRow}`;
  if (table.name === 'errors') await resealError(tx, row, update);
  else await update.execute(tx);
}

interface NamedColumn {
  readonly name: string;
  readonly column: SealedColumn;
}

async function toWritten(
  tx: Database,
  { name, column }: NamedColumn,
  value: unknown,
): Promise<RawBuilder<unknown>> {
  if (typeof column === 'object') {
    return sql`${new Sealable((seal) => seal.bytes(column.bytes, value as Buffer))}::bytea`;
  }
  const text = value as string;
  if (column === 'text') return sql`${sealText(text)}::text`;
  if (column === 'json') return sql`${sealJson(await openJson(tx, text))}::jsonb`;
  return sql`jsonb_set(${sql.ref(name)}, '{message}', to_jsonb(${sealText(text)}::text))`;
}

/** As text, sealed JSON is a text within quotes: nobody has opened it on its way. */
async function openJson(tx: Database, text: string): Promise<string> {
  if (!text.startsWith(JSON.stringify(textMark).slice(0, -1))) return text;
  const sealed = present(bytesOfText(JSON.parse(text) as string), 'sealed JSON');
  return await present(keyringOf(tx), 'the keys of a database').openJson(sealed);
}

/** What is worked out from a value, and differs with a key. */
function derivedOf({ name }: SealedTable, { message, payload }: Row): readonly RawBuilder<unknown>[] {
  if (name !== 'errors' && name !== 'causes') return [];
  const print = sql`print = ${sealPrint(message as string)}::text`;
  if (name === 'causes' || payload === null) return [print];
  return [print, sql`terms = ${toTermsColumn(unpack('error', payload as Buffer) as FailedRecord)}::int[]`];
}

/** Sets know an error again by the bytes that it holds: they still do when these are others. */
async function resealError(tx: Database, { id }: Row, update: RawBuilder<unknown>): Promise<void> {
  const held = async () =>
    (await sql<{ held: string }>`select md5(payload)::uuid as held from errors where id = ${id}`.execute(tx))
      .rows[0]?.held;
  const before = await held();
  await update.execute(tx);
  await sql`
    update bulk_items set held = ${await held()}::uuid
    where error_id = ${id} and held = ${before ?? null}::uuid`.execute(tx);
}
