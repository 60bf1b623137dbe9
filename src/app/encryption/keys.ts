import { Fault } from '../../contract/fault.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { type ClearCount, countInClear, encryptClear } from '../../store/crypto/encrypt-clear.ts';
import { type ListedKey, listDataKeys, rotateKeys } from '../../store/crypto/manage-keys.ts';
import { type RenewedKeys, renewDataKeys } from '../../store/crypto/renew-data-keys.ts';
import { keyringOf } from '../../store/postgres/database.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** How a database is encrypted. */
export interface EncryptionState {
  /** Ids of the operator's keys that were given, the one that wraps what is new first; none: payloads are in clear. */
  readonly operatorKeys: readonly string[];
  readonly dataKeys: readonly ListedKey[];
  /** What is in clear, by table; without a key, all of it. */
  readonly tables: readonly ClearCount[];
}

export async function loadEncryptionState({ db }: OpenDatabase): Promise<EncryptionState> {
  return {
    operatorKeys: keyringOf(db)?.operatorIds ?? [],
    dataKeys: await listDataKeys(db),
    tables: await countInClear(db),
  };
}

/** The key that wraps all data keys by now, and how many another one has wrapped until then. */
export interface KeyRotation {
  readonly key: string;
  readonly rotated: number;
}

/** Wraps all data keys by the first of the operator's keys. Throws a Fault TL_ENCRYPTION without one. */
export async function rotateOperatorKey(open: OpenDatabase, by: string): Promise<KeyRotation> {
  const key = requireKey(open);
  return await open.db.transaction().execute(async (tx) => {
    const rotated = await rotateKeys(tx);
    if (rotated > 0)
      await keepAuditEntry(tx, { deed: 'rotate keys', by, count: rotated, about: { name: `key ${key}` } });
    return { key, rotated };
  });
}

/** What was encrypted of what was in clear. */
export interface Encryption {
  readonly rows: number;
  /** `inUse`: a part of history stays as it is until another time. */
  readonly state: 'done' | 'stopped' | 'inUse';
}

export interface EncryptionWish {
  readonly by: string;
  /** What is under way comes to its end first; the next time goes on from there. */
  readonly stop: AbortSignal;
  /** Told of rows as they are encrypted. */
  readonly tell: (rows: number) => void;
}

/** Encrypts what is still in clear, beside whoever works. Throws a Fault TL_ENCRYPTION without a key. */
export async function encryptPayloads(
  open: OpenDatabase,
  { by, stop, tell }: EncryptionWish,
): Promise<Encryption> {
  const key = requireKey(open);
  let rows = 0;
  const state = await encryptClear(open.db, stop, (some) => {
    rows += some;
    tell(rows);
  });
  if (rows > 0)
    await keepAuditEntry(open.db, { deed: 'encrypt', by, count: rows, about: { name: `key ${key}` } });
  return { rows, state };
}

/**
 * Destroys all data keys there are but a new one, so that nobody opens what is left of values that were deleted. Throws a
 * Fault TL_ENCRYPTION without a key.
 */
export async function renewKeys(
  open: OpenDatabase,
  { by, stop }: Omit<EncryptionWish, 'tell'>,
): Promise<RenewedKeys> {
  requireKey(open);
  const renewed = await renewDataKeys(open.db, { stop });
  const count = renewed.destroyed.length;
  if (count > 0)
    await keepAuditEntry(open.db, {
      deed: 'renew keys',
      by,
      count,
      about: { name: renewed.destroyed.join(' ') },
    });
  return renewed;
}

function requireKey({ db }: OpenDatabase): string {
  const key = keyringOf(db)?.operatorIds[0];
  if (key !== undefined) return key;
  throw new Fault(
    'TL_ENCRYPTION',
    'payloads are kept in clear, as no key was given: set TRADELANE_ENCRYPTION_KEY, or encryption.keys in config/tradelane.yaml',
  );
}
