import { Fault } from '../../src/contract/fault.ts';
import { parseDuration, parseSize } from '../../src/contract/quantity.ts';

/** `500ms`, `2s`, `10m` → milliseconds. Throws a Fault TL_CONNECTION_CONFIG for anything else. */
export function requireDuration(text: string, where: string): number {
  return parseDuration(text) ?? refuse(text, `${where} must be a duration such as 500ms, 2s or 10m`);
}

/** `64KB`, `5MB`, `1GB` → bytes. Throws a Fault TL_CONNECTION_CONFIG for anything else. */
export function requireSize(text: string, where: string): number {
  return parseSize(text) ?? refuse(text, `${where} must be a size such as 64KB or 5MB`);
}

function refuse(text: string, message: string): never {
  throw new Fault('TL_CONNECTION_CONFIG', `${message}, got "${text}"`);
}
