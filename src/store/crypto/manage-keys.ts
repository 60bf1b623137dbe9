import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { type Database, keyringOf } from '../postgres/database.ts';
import type { KeyPurpose, StoredKey } from './data-keys.ts';

/** A data key, without the key. */
export interface ListedKey {
  readonly id: string;
  readonly purpose: KeyPurpose;
  /** The key of the operator that opens it. */
  readonly wrappedBy: string;
  readonly madeAt: Date;
  readonly retiredAt: Date | null;
  readonly destroyedAt: Date | null;
}

/** The newest first. */
export async function listDataKeys(db: Database): Promise<readonly ListedKey[]> {
  const { rows } = await sql<ListedKey>`
    select id, purpose, wrapped_by as "wrappedBy", made_at as "madeAt", retired_at as "retiredAt",
           destroyed_at as "destroyedAt"
    from data_keys order by made_at desc, id`.execute(db);
  return rows;
}

/** All data keys are wrapped by the operator's first key from now on; returns how many were not. */
export async function rotateKeys(tx: Database): Promise<number> {
  const keyring = present(keyringOf(tx), 'the keys of a database');
  const { rows } = await sql<StoredKey>`
    select id, purpose, wrapped, wrapped_by, destroyed_at from data_keys
    where wrapped is not null and wrapped_by <> ${present(keyring.operatorIds[0], 'the first key')}
    order by id for update`.execute(tx);
  for (const key of rows) {
    const { wrapped, wrapped_by } = keyring.rewrap(key);
    await sql`update data_keys set wrapped = ${wrapped}, wrapped_by = ${wrapped_by} where id = ${key.id}`.execute(
      tx,
    );
  }
  return rows.length;
}
