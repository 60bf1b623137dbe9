import type { Found } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { atOf, type Declared, member, pathText, required } from '../declared.ts';
import { compileRecordValue, type RecordValue } from './compile-record-value.ts';

/** `key`, `id`, `version` and `etag` of a resource's native records. */
export interface Identity {
  readonly key: RecordValue;
  /** The system's own id; the key where none is declared. */
  readonly id: RecordValue;
  readonly version: RecordValue | undefined;
  readonly etag: RecordValue | undefined;
  /** What has been read or found is told these, so that they can be had at once afterwards. */
  readonly all: readonly RecordValue[];
  toFound(record: unknown): Promise<Found>;
}

export function compileIdentity(resource: Declared): Identity {
  const optional = (name: string): RecordValue | undefined => {
    const declared = member(resource, name);
    return declared && compileRecordValue(declared);
  };
  const key = compileRecordValue(required(resource, 'key'));
  const id = optional('id') ?? key;
  const [version, etag] = [optional('version'), optional('etag')];
  return {
    key,
    id,
    version,
    etag,
    all: [key, ...(version ? [version] : [])],
    async toFound(record) {
      const foundId = await id.evaluate(record);
      if (foundId === undefined) throw withoutId(member(resource, 'id') ?? required(resource, 'key'));
      const foundEtag = await etag?.evaluate(record);
      await Promise.all([key.evaluate(record), version?.evaluate(record)]);
      return { id: foundId, record, ...(foundEtag !== undefined && { etag: foundEtag }) };
    },
  };
}

function withoutId(declared: Declared): Fault {
  const at = atOf(declared);
  const message = `${pathText(declared)} gives no id for a record that was found`;
  return new Fault('TL_CONNECTION_CONFIG', message, at === undefined ? {} : { at });
}
