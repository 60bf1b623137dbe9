import { argon2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { isSameHash } from '../secrets.ts';

const derive = promisify(argon2);

interface Cost {
  /** KiB */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** The first choice of the OWASP Password Storage Cheat Sheet for argon2id with little memory. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 };
const hashBytes = 32;

/** `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`, the form that others write as well (PHC string). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await run(password, salt, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${toText(salt)}$${toText(hash)}`;
}

export interface PasswordCheck {
  readonly isRight: boolean;
  /** Was it hashed with other parameters than are used now? */
  readonly isOutdated: boolean;
}

/**
 * Is this the password of which the hash was kept? Without one, as of a user who is not there, it takes as long as with
 * one, and is wrong.
 */
export async function checkPassword(password: string, kept: string | undefined): Promise<PasswordCheck> {
  const parsed = kept === undefined ? undefined : parseHash(kept);
  const { salt, hash, ...used } = parsed ?? { ...cost, salt: nobodysSalt, hash: Buffer.alloc(hashBytes) };
  const isSame = isSameHash(await run(password, salt, used), hash);
  const isOutdated =
    used.memory !== cost.memory || used.passes !== cost.passes || used.parallelism !== cost.parallelism;
  return { isRight: parsed !== undefined && isSame, isOutdated };
}

const nobodysSalt = randomBytes(16);
const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parseHash(kept: string): (Cost & { readonly salt: Buffer; readonly hash: Buffer }) | undefined {
  const match = form.exec(kept);
  if (match === null) return undefined;
  const [, memory, passes, parallelism, salt = '', hash = ''] = match;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

async function run(password: string, salt: Buffer, { memory, passes, parallelism }: Cost): Promise<Buffer> {
  // One way to write a letter with an accent: keyboards differ in that.
  const message = password.normalize('NFKC');
  return await derive('argon2id', {
    message,
    nonce: salt,
    memory,
    passes,
    parallelism,
    tagLength: hashBytes,
  });
}

function toText(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
