/** What asks PostgreSQL for data keys: a connection of its own, so that none waits for one that waits for a key. */
export type AskKeys = (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>;

/** `data`: seals values, for a day. `lasting`: what texts are known again and records are found by. */
export type KeyPurpose = 'data' | 'lasting';

export interface StoredKey {
  readonly id: string;
  readonly purpose: KeyPurpose;
  /** Wrapped by a key of the operator; `null`: it has been destroyed. */
  readonly wrapped: Buffer | null;
  readonly wrapped_by: string;
  readonly destroyed_at: Date | null;
}

export type NewStoredKey = Pick<StoredKey, 'id' | 'wrapped' | 'wrapped_by'>;

const columns = 'id, purpose, wrapped, wrapped_by, destroyed_at';

export async function loadKeys(ask: AskKeys, ids: readonly string[]): Promise<readonly StoredKey[]> {
  return (await ask(`select ${columns} from data_keys where id = any($1::text[])`, [
    ids,
  ])) as readonly StoredKey[];
}

/** All that are not destroyed. */
export async function loadLiveKeys(ask: AskKeys): Promise<readonly StoredKey[]> {
  const found = await ask(`select ${columns} from data_keys where wrapped is not null order by made_at`, []);
  return found as readonly StoredKey[];
}

/** The key that values are sealed under now: the newest that is not too old. Of two that were made at once, either may. */
export async function findCurrentKey(ask: AskKeys, purpose: KeyPurpose): Promise<StoredKey | undefined> {
  const isYoung = purpose === 'lasting' ? 'true' : `made_at > now() - interval '1 day'`;
  const [row] = await ask(
    `select ${columns} from data_keys
     where purpose = $1 and wrapped is not null and retired_at is null and ${isYoung}
     order by made_at desc, id limit 1`,
    [purpose],
  );
  return row as StoredKey | undefined;
}

/** Of what lasts there is one: of two processes that make it, the first has made it. */
export async function insertKey(ask: AskKeys, purpose: KeyPurpose, key: NewStoredKey): Promise<void> {
  await ask(
    `insert into data_keys (id, purpose, wrapped, wrapped_by) values ($1, $2, $3, $4) on conflict do nothing`,
    [key.id, purpose, key.wrapped, key.wrapped_by],
  );
}
