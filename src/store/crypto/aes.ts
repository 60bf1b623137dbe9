import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** AES-256-GCM: 12 bytes of nonce, the same length as what went in, 16 bytes of tag. */
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** @param bound - what the result belongs to: nothing else opens it. */
export function encrypt(key: Buffer, clear: Uint8Array, bound: Uint8Array): Buffer {
  // Random, under a key that lasts for a day: two alike are not to be expected below 2³² of them.
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound);
  const encrypted = cipher.update(clear);
  return Buffer.concat([nonce, encrypted, cipher.final(), cipher.getAuthTag()]);
}

/** `undefined`: these bytes were not encrypted like this, or have been changed since. */
export function decrypt(key: Buffer, bytes: Buffer, bound: Uint8Array): Buffer | undefined {
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound);
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const clear = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([clear, decipher.final()]);
  } catch {
    // What it has given until then is not to be used.
    return undefined;
  }
}

/** A key of its own for each purpose. */
export function deriveKey(secret: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `tradelane ${purpose}`, 32));
}

/** 128 bits, hexadecimal. */
export function keyedPrint(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

const blockBytes = 16;
const termBytes = 4;

/**
 * Hashes of four bytes as nobody can work them out without the key: each is a block of AES, of which four bytes are taken.
 * All at once, which costs a few nanoseconds for each.
 */
export function keyedTerms(key: Buffer, terms: Buffer): Buffer {
  const count = Math.floor(terms.length / termBytes);
  const blocks = Buffer.alloc(count * blockBytes);
  for (let nth = 0; nth < count; nth++)
    blocks.writeUInt32LE(terms.readUInt32LE(nth * termBytes), nth * blockBytes);
  const hashed = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(blocks);
  const keyed = Buffer.allocUnsafe(count * termBytes);
  for (let nth = 0; nth < count; nth++)
    keyed.writeUInt32LE(hashed.readUInt32LE(nth * blockBytes), nth * termBytes);
  return keyed;
}
