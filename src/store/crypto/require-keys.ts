import { sql } from 'kysely';
import { Fault } from '../../contract/fault.ts';
import { type Database, keyringOf } from '../postgres/database.ts';
import { missingKey } from './keyring.ts';

/**
 * Before anything is done with a database: whoever has not the keys to what is encrypted in it would take it for broken, or
 * keep in clear what is to be encrypted. Throws a Fault TL_ENCRYPTION that names the key that is needed.
 */
export async function requireKeys(db: Database): Promise<void> {
  const keyring = keyringOf(db);
  if (keyring !== undefined) {
    await keyring.prove();
    return;
  }
  const { rows } = await sql<{ wrapped_by: string }>`
    select wrapped_by from data_keys where wrapped is not null order by made_at desc limit 1`.execute(db);
  const [row] = rows;
  if (row !== undefined) throw new Fault('TL_ENCRYPTION', missingKey(row.wrapped_by, []));
}

/** The same; from now on nobody opens the database without a key, where one was given for the first time. */
export async function beginKeys(db: Database): Promise<void> {
  await requireKeys(db);
  const keyring = keyringOf(db);
  if (keyring !== undefined && (await keyring.prove()) === 0) await keyring.seal();
}

/** Have its tables been brought to where there are keys? */
export async function hasKeyTable(db: Database): Promise<boolean> {
  const { rows } = await sql<{ is_there: boolean }>`
    select to_regclass('tradelane.data_keys') is not null as is_there`.execute(db);
  return rows[0]?.is_there === true;
}
