import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits, as 43 letters that stand in a cookie, a URL and a shell as they are. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Lower-case letters and digits without those that are taken for one another: five bits each. */
export function randomId(letters: number): string {
  return [...randomBytes(letters)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

const alphabet = '23456789abcdefghijkmnpqrstuvwxyz';

/** What is kept of a secret. One of 256 random bits cannot be guessed from it: it needs no salt and no slow hash. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Takes the same time, wherever the first difference is. */
export function isSameHash(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Another secret that only whoever has this one can know, for one purpose. */
export function deriveSecret(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url');
}
