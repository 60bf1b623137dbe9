import { Fault } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import { isJsonObject } from '../../contract/json.ts';
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
 * as it is: no key or one that is none, too deep, or more than `maxBytes` as JSON.
 */
export async function identifyRecord(
  plan: Plan,
  native: unknown,
  maxBytes: number,
): Promise<IdentifiedRecord> {
  const { steps, source } = plan;
  refuseDeep(native);
  const text = JSON.stringify(native) ?? 'null';
  if (text.length > maxBytes) {
    throw new Fault(
      'TL_RECORD_TOO_LARGE',
      `a record has ${text.length} characters; at most ${maxBytes} are taken`,
    );
  }
  const where = `${source.connection}.${source.resource.name}`;
  if (!isJsonObject(native)) {
    throw new Fault('TL_SOURCE_RECORD', `${where}: a record must be an object, got ${typeName(native)}`);
  }
  const broken = describeBrokenText(native, text);
  if (broken !== undefined) {
    throw new Fault('TL_SOURCE_RECORD', `${where}: a record that is no text: ${broken}`);
  }
  const key = await steps.keyOf(native, () => steps.toRecord(native));
  if (key === undefined || key === '') {
    const at = steps.keyAt;
    const place = at === undefined ? '' : `: \`key\` gives nothing for it (${at})`;
    throw new Fault(
      'TL_KEY_MISSING',
      `${where}: a record without a key${place}`,
      at === undefined ? {} : { at },
    );
  }
  refuseNoName('TL_KEY_INVALID', `${where}: the key`, key);
  const version = await source.resource.versionOf?.(native);
  if (version === undefined) return { key, text };
  refuseNoName('TL_SOURCE_RECORD', `${where}: the version of ${quoteName(key)},`, version);
  return { key, version, text };
}

/** Throws a Fault TL_RECORD_TOO_LARGE if `value` is nested more deeply than anything here can follow. */
export function refuseDeep(value: unknown, what = 'a record'): void {
  if (!isDeeperThan(value, maxLevels)) return;
  const message = `${what} is nested in more than ${maxLevels} lists and objects; no more levels are taken`;
  throw new Fault('TL_RECORD_TOO_LARGE', message);
}

function refuseNoName(code: FaultCode, what: string, text: string): void {
  const why = whyNoName(text);
  if (why !== undefined) throw new Fault(code, `${what} ${quoteName(text)} ${why}`);
}
