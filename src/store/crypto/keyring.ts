import { randomBytes } from 'node:crypto';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { decrypt, deriveKey, encrypt, keyedTerms } from './aes.ts';
import {
  type AskKeys,
  findCurrentKey,
  insertKey,
  type KeyPurpose,
  loadKeys,
  loadLiveKeys,
  type NewStoredKey,
  type StoredKey,
} from './data-keys.ts';
import type { OperatorKey } from './operator-keys.ts';
import type { Seal } from './sealable.ts';
import {
  createSeal,
  dataKeyOf,
  type LastingKeys,
  sealedKindOf,
  type Unsealed,
  unsealBytes,
} from './sealed-form.ts';

/** Opens what was sealed; `undefined`: under a key that this database has never had, so it is something else. */
export type Unseal = (bytes: Buffer) => Unsealed | undefined;

/**
 * After so long, whoever seals looks whether its data key is still the one to seal under. A key that has been retired is
 * used by nobody after that, but for statements that are under way.
 */
export const leaseMs = 2_000;

/**
 * The keys of one open database. Values are sealed under data keys, which lie in the database wrapped by the operator's
 * first key; each of the operator's keys unwraps what it has wrapped. What has been unwrapped is kept in memory.
 */
export class Keyring {
  readonly #operator: ReadonlyMap<string, OperatorKey>;
  readonly #first: OperatorKey;
  readonly #ask: AskKeys;
  readonly #unwrapped: Map<string, Buffer> = new Map();
  #lasting: LastingKeys | undefined;
  #seal: { readonly seal: Seal; readonly until: number } | undefined;
  #renewing: Promise<Seal> | undefined;

  /** @param keys - of the operator; the first wraps what is new. */
  constructor(keys: readonly OperatorKey[], ask: AskKeys) {
    this.#operator = new Map(keys.map((key) => [key.id, key]));
    this.#first = present(keys[0], 'the first key of a keyring');
    this.#ask = ask;
  }

  /** Ids of the operator's keys, the one that wraps what is new first. */
  get operatorIds(): readonly string[] {
    return [...this.#operator.keys()];
  }

  /** How many keys the database has. Throws a Fault TL_ENCRYPTION where one is wrapped by a key that was not given. */
  async prove(): Promise<number> {
    const keys = await loadLiveKeys(this.#ask);
    for (const key of keys) this.#unwrap(key);
    return keys.length;
  }

  /** As values are sealed now. */
  async seal(): Promise<Seal> {
    if (this.#seal !== undefined && performance.now() < this.#seal.until) return this.#seal.seal;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return await this.#renewing;
  }

  /** For what was sealed under these data keys. Throws a Fault TL_ENCRYPTION for one that is destroyed. */
  async unseal(ids: Iterable<string>): Promise<Unseal> {
    const missing = [...ids].filter((id) => !this.#unwrapped.has(id));
    if (missing.length > 0) for (const key of await loadKeys(this.#ask, missing)) this.#unwrap(key);
    return (bytes) => {
      const id = dataKeyOf(bytes);
      const key = id === undefined ? undefined : this.#unwrapped.get(id);
      if (id === undefined || key === undefined) return undefined;
      const opened = unsealBytes(bytes, key);
      if (opened !== undefined) return opened;
      throw new Fault(
        'TL_ENCRYPTION',
        `what is stored under data key ${id} (${sealedKindOf(bytes) ?? 'of no known kind'}) is not what was written: it was changed in the database, and nothing of it was used`,
      );
    };
  }

  /** JSON as it was before it was sealed, to the letter. */
  async openJson(sealed: Buffer): Promise<string> {
    const unseal = await this.unseal([dataKeyOf(sealed) ?? '']);
    const opened = present(unseal(sealed), 'what was sealed under a key of this database');
    return opened.clear.toString();
  }

  /** A key of the database, wrapped by the operator's first one from now on. */
  rewrap(key: StoredKey): NewStoredKey {
    return this.#wrap(key.id, key.purpose, this.#unwrap(key));
  }

  /** What this process knows of destroyed keys is forgotten. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.#unwrapped.delete(id);
    this.#seal = undefined;
  }

  /** Search terms, four bytes each, as they are kept. */
  async keyTerms(terms: Buffer): Promise<Buffer> {
    return keyedTerms((await this.#findLasting()).terms, terms);
  }

  async #findLasting(): Promise<LastingKeys> {
    if (this.#lasting === undefined) {
      const secret = this.#unwrap(await this.#findOrMake('lasting'));
      this.#lasting = { print: deriveKey(secret, 'prints'), terms: deriveKey(secret, 'terms') };
    }
    return this.#lasting;
  }

  async #renew(): Promise<Seal> {
    const until = performance.now() + leaseMs;
    const lasting = await this.#findLasting();
    const key = await this.#findOrMake('data');
    const seal = createSeal({ id: key.id, bytes: this.#unwrap(key) }, lasting);
    this.#seal = { seal, until };
    return seal;
  }

  async #findOrMake(purpose: KeyPurpose): Promise<StoredKey> {
    const found = await findCurrentKey(this.#ask, purpose);
    if (found !== undefined) return found;
    // The database has it before anything is sealed under it, whatever becomes of the transaction that is under way.
    await insertKey(
      this.#ask,
      purpose,
      this.#wrap(randomBytes(9).toString('base64url'), purpose, randomBytes(32)),
    );
    return present(await findCurrentKey(this.#ask, purpose), 'the data key that was just made');
  }

  #wrap(id: string, purpose: KeyPurpose, key: Buffer): NewStoredKey {
    const wrapped = encrypt(this.#first.bytes, key, boundOf(id, purpose));
    return { id, wrapped, wrapped_by: this.#first.id };
  }

  #unwrap({ id, purpose, wrapped, wrapped_by: by, destroyed_at: at }: StoredKey): Buffer {
    const known = this.#unwrapped.get(id);
    if (known !== undefined) return known;
    if (wrapped === null) {
      throw new Fault(
        'TL_ENCRYPTION',
        `data key ${id} was destroyed at ${at?.toISOString()}: nobody reads what it has sealed`,
      );
    }
    const operator = this.#operator.get(by);
    if (operator === undefined) throw new Fault('TL_ENCRYPTION', missingKey(by, this.operatorIds));
    const key = decrypt(operator.bytes, wrapped, boundOf(id, purpose));
    if (key === undefined) {
      throw new Fault(
        'TL_ENCRYPTION',
        `data key ${id} in the database is not as key ${by} has wrapped it: the row was changed`,
      );
    }
    this.#unwrapped.set(id, key);
    return key;
  }
}

/** What somebody has to be told whose keys are not those of the database. */
export function missingKey(wanted: string, given: readonly string[]): string {
  const there =
    given.length === 0 ? 'none is given' : `given ${given.length === 1 ? 'is' : 'are'} ${given.join(', ')}`;
  return `payloads in this database are encrypted, and key ${wanted} is needed to read them; ${there}. Give it as TRADELANE_ENCRYPTION_KEY, or under encryption.keys in config/tradelane.yaml, also beside a newer one`;
}

function boundOf(id: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(`${purpose} key ${id}`);
}
