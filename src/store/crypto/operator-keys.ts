import { hash } from 'node:crypto';
import { Fault } from '../../contract/fault.ts';

/** A key of whoever runs this. It wraps data keys, and nothing else. */
export interface OperatorKey {
  /** 12 hexadecimal digits, worked out from it: by this it is named where it is asked for. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** A key as it was given, and where: `encryption.keys[0]`. */
export interface GivenKey {
  readonly text: string;
  readonly from: string;
}

const keyBytes = 32;

/** The keys, in their order. Throws a Fault TL_ENCRYPTION for what is none; it names the place and never the text. */
export function parseOperatorKeys(given: readonly GivenKey[]): readonly OperatorKey[] {
  const keys = given.map(parseKey);
  const twice = keys.findIndex(({ id }, index) => keys.findIndex((key) => key.id === id) < index);
  if (twice === -1) return keys;
  throw new Fault(
    'TL_ENCRYPTION',
    `${given[twice]?.from} is the same key as one before it: each is given once`,
  );
}

function parseKey({ text, from }: GivenKey): OperatorKey {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, 'base64');
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(trimmed);
  if (!isBase64 || bytes.length !== keyBytes) {
    const got = isBase64 ? `${bytes.length} bytes` : 'characters that are not base64';
    throw new Fault(
      'TL_ENCRYPTION',
      `${from} must be ${keyBytes} bytes as base64, such as \`openssl rand -base64 ${keyBytes}\` prints; it has ${got}`,
    );
  }
  return { id: idOf(bytes), bytes };
}

function idOf(bytes: Buffer): string {
  return hash('sha256', Buffer.concat([Buffer.from('tradelane operator key\n'), bytes]), 'hex').slice(0, 12);
}
