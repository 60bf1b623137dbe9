import { sql } from 'kysely';
import type { JsonObject } from '../../contract/json.ts';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

/** Whose records a shape is of. */
export interface ShapeOf {
  readonly side: 'source' | 'target';
  readonly connection: string;
  readonly resource: string;
  /** Which part of them was asked for; empty for all. */
  readonly selection: string;
}

/** A shape as it is kept; the JSON is its owner's. */
export interface StoredShape {
  readonly id: number;
  readonly shape: unknown;
}

export async function loadShape(db: Database, of: ShapeOf): Promise<unknown> {
  const { rows } = await sql<{ shape: unknown }>`
    select shape from shapes
    where connection = ${of.connection} and resource = ${of.resource} and side = ${of.side}
      and selection = ${of.selection}`.execute(db);
  return rows[0]?.shape;
}

/** Makes the shape if it is not there; nobody else changes it before the transaction ends. */
export async function lockShape(tx: Database, of: ShapeOf): Promise<StoredShape> {
  const { rows } = await sql<StoredShape>`
    insert into shapes (side, connection, resource, selection)
    values (${of.side}, ${of.connection}, ${of.resource}, ${of.selection})
    on conflict (connection, resource, side, selection) do update set updated_at = now()
    returning id, shape`.execute(tx);
  return present(rows[0], 'the row of a shape');
}

export async function lockShapes(tx: Database, ids: readonly number[]): Promise<readonly StoredShape[]> {
  const { rows } = await sql<StoredShape>`
    select id, shape from shapes where id = any(${ids}::bigint[]) order by id for update`.execute(tx);
  return rows;
}

export async function updateShape(tx: Database, id: number, shape: JsonObject): Promise<void> {
  await sql`
    update shapes set shape = ${toJsonb(shape)}::jsonb, updated_at = now() where id = ${id}`.execute(tx);
}
