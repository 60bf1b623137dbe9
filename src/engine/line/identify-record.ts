import { Fault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import { andThen, type Soon } from '../../contract/soon.ts';
import { describeBrokenText } from '../../contract/text/broken-text.ts';
import { isDeeperThan, maxLevels, quoteName, whyNoName } from '../../contract/text/record-bounds.ts';
import { typeName } from '../../mapping/expression/raised.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Plan } from '../../workspace/compile/plan.ts';

/** A native record with what the line knows it by, and as JSON. */
export interface IdentifiedRecord extends Omit<StagedRecord, 'native'> {
  readonly text: string;
}

/**
 * Key, version and JSON of a native record: the gate that every record comes in by. Throws a Fault if it cannot be kept
 * as it is: no key or one that is none, too deep, or more than `maxBytes` as JSON. At once, unless key or version have
 * to be waited for.
 */
export function identifyRecord(plan: Plan, native: unknown, maxBytes: number): Soon<IdentifiedRecord> {
  const text = toTextWithin(plan, native, maxBytes);
  const { steps } = plan;
  return andThen(
    steps.keyOf(native, () => steps.toRecord(native)),
    (key) => withVersion(plan, native, { key: toUsableKey(plan, key), text }),
  );
}

function toTextWithin(plan: Plan, native: unknown, maxBytes: number): string {
  refuseDeep(native);
  const text = JSON.stringify(native) ?? 'null';
  if (text.length > maxBytes) {
    throw new Fault(
      'TL_RECORD_TOO_LARGE',
      `a record has ${text.length} characters; at most ${maxBytes} are taken`,
    );
  }
  if (!isJsonObject(native)) {
    throw new Fault(
      'TL_SOURCE_RECORD',
      `${placeOf(plan)}: a record must be an object, got ${typeName(native)}`,
    );
  }
  const broken = describeBrokenText(native, text);
  if (broken !== undefined)
    throw new Fault('TL_SOURCE_RECORD', `${placeOf(plan)}: a record that is no text: ${broken}`);
  return text;
}

function toUsableKey(plan: Plan, key: string | undefined): string {
  const at = plan.steps.keyAt;
  if (key === undefined || key === '') {
    const place = at === undefined ? '' : `: \`key\` gives nothing for it (${at})`;
    throw new Fault(
      'TL_KEY_MISSING',
      `${placeOf(plan)}: a record without a key${place}`,
      at === undefined ? {} : { at },
    );
  }
  const why = whyNoName(key);
  if (why !== undefined)
    throw new Fault('TL_KEY_INVALID', `${placeOf(plan)}: the key ${quoteName(key)} ${why}`);
  return key;
}

function withVersion(plan: Plan, native: unknown, named: IdentifiedRecord): Soon<IdentifiedRecord> {
  return andThen(plan.source.resource.versionOf?.(native), (version) => {
    if (version === undefined) return named;
    const why = whyNoName(version);
    if (why !== undefined) {
      const of = `${placeOf(plan)}: the version of ${quoteName(named.key)}, ${quoteName(version)}`;
      throw new Fault('TL_SOURCE_RECORD', `${of} ${why}`);
    }
    return { key: named.key, version, text: named.text };
  });
}

function placeOf({ source }: Plan): string {
  return `${source.connection}.${source.resource.name}`;
}

/** Throws a Fault TL_RECORD_TOO_LARGE if `value` is nested more deeply than anything here can follow. */
export function refuseDeep(value: unknown, what = 'a record'): void {
  if (!isDeeperThan(value, maxLevels)) return;
  const message = `${what} is nested in more than ${maxLevels} lists and objects; no more levels are taken`;
  throw new Fault('TL_RECORD_TOO_LARGE', message);
}
