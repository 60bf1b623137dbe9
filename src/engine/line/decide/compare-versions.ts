import { compareDecimals } from '../../../contract/exact-json/decimal-text.ts';
import { present } from '../../../contract/present.ts';
import { isSurelyBefore, readMoment } from '../../../mapping/moments/moment.ts';

/** How a version stands to another one of the same record. `unknown`: they are written so that nobody can tell. */
export type VersionOrder = 'older' | 'same' | 'newer' | 'unknown';

/**
 * Orders two version values of one record: numbers by value; times by instant, if they are written so that they can only
 * be meant in one way; what counts up behind a fixed sign (`v12`, `W/"12"`, a row version, a ULID). Anything else (dates
 * such as 28.02.2026, hashes, a number and a date) has no order that could be relied on.
 * @param zone - whose clock shows a time that names no zone (IANA).
 */
export function compareVersions(a: string, b: string, zone: string): VersionOrder {
  if (a === b) return 'same';
  const [isNumberA, isNumberB] = [decimal.test(a), decimal.test(b)];
  if (isNumberA && isNumberB) return orderOfDecimals(a, b);
  if (!isNumberA && !isNumberB) {
    const [at, than] = [readMoment(a, zone), readMoment(b, zone)];
    if (at !== undefined && than !== undefined) {
      if (isSurelyBefore(at, than)) return 'older';
      return isSurelyBefore(than, at)
        ? 'newer'
        : at.ms === than.ms && at.rest === than.rest
          ? 'same'
          : 'unknown';
    }
  }
  const [countA, countB] = [counterOf(a), counterOf(b)];
  if (countA === undefined || countB === undefined || countA.sign !== countB.sign) return 'unknown';
  return toOrder(countA.value < countB.value ? -1 : countA.value > countB.value ? 1 : 0);
}

/** Is this one known to be older? */
export function isOlder(version: string | undefined, than: string | undefined, zone: string): boolean {
  return version !== undefined && than !== undefined && compareVersions(version, than, zone) === 'older';
}

/** Do both have one, in a form that does not say which is the newer? */
export function isUnordered(version: string | undefined, other: string | undefined, zone: string): boolean {
  return version !== undefined && other !== undefined && compareVersions(version, other, zone) === 'unknown';
}

/** Is it written so that it can be ordered beside another one like it? */
export function isOrderable(version: string, zone: string): boolean {
  return decimal.test(version) || readMoment(version, zone) !== undefined || counterOf(version) !== undefined;
}

const decimal = /^-?\d+(?:\.(\d+))?(?:[eE][+-]?\d+)?$/;

/** `1.9` and `1.10` are ordered only if they are so as numbers and as counters side by side. */
function orderOfDecimals(a: string, b: string): VersionOrder {
  const order = compareDecimals(a, b);
  const [partA, partB] = [decimal.exec(a)?.[1], decimal.exec(b)?.[1]];
  const isCounted = partA !== undefined && partB !== undefined && !/^0./.test(partA) && !/^0./.test(partB);
  if (!isCounted || a.split('.')[0] !== b.split('.')[0]) return toOrder(order);
  const counted = Math.sign(Number(BigInt(partA) - BigInt(partB)));
  return Math.sign(order) === (a.startsWith('-') ? -counted : counted) ? toOrder(order) : 'unknown';
}

function toOrder(sign: number): VersionOrder {
  return sign < 0 ? 'older' : sign > 0 ? 'newer' : 'same';
}

interface Counter {
  readonly sign: string;
  readonly value: bigint | string;
}

const numbered = /^((?:W\/)?"?(?:v|rev|r)?[-_ ]?)(\d+)("?)$/i;
const rowVersion = /^(?:0x[0-9a-f]{16}|0000[0-9a-f]{12})$/i;
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const uuidByTime = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

function counterOf(text: string): Counter | undefined {
  if (rowVersion.test(text)) return { sign: 'row version', value: BigInt(text.replace(/^(0x)?/i, '0x')) };
  const match = numbered.exec(text);
  if (match !== null)
    return {
      sign: `${match[1]}#${match[3]}`.toLowerCase(),
      value: BigInt(present(match[2], 'the digits of a version')),
    };
  if (ulid.test(text)) return { sign: 'ULID', value: text };
  return uuidByTime.test(text) ? { sign: 'UUID', value: text.toLowerCase() } : undefined;
}
