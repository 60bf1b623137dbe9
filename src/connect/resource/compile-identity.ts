import type { Found } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { atOf, type Declared, member, pathText, required } from '../declared.ts';
import {
  compileKeyValue,
  compileScalarValue,
  compileVersionValue,
  type RecordValue,
} from './compile-record-value.ts';

/** `key`, `id`, `version` and `etag` of a resource's native records. */
export interface Identity {
  /** Throws for what is no key. */
  readonly key: RecordValue;
  /** The key of what the system has found: a record without a usable one is just not the one that was asked for. */
  readonly foundKey: RecordValue;
  /** The system's own id; the key where none is declared. */
  readonly id: RecordValue;
  readonly version: RecordValue | undefined;
  readonly etag: RecordValue | undefined;
  toFound(record: unknown): Promise<Found>;
}

export function compileIdentity(resource: Declared): Identity {
  const optional = (name: string, compile: typeof compileKeyValue): RecordValue | undefined => {
    const declared = member(resource, name);
    return declared && compile(declared);
  };
  const key = compileKeyValue(required(resource, 'key'));
  const foundKey = compileScalarValue(required(resource, 'key'));
  const id = optional('id', compileScalarValue) ?? foundKey;
  const version = optional('version', compileVersionValue);
  const etag = optional('etag', compileScalarValue);
  return {
    key,
    foundKey,
    id,
    version,
    etag,
    async toFound(record) {
      const foundId = await id.evaluate(record);
      if (foundId === undefined) throw withoutId(member(resource, 'id') ?? required(resource, 'key'));
      const foundEtag = await etag?.evaluate(record);
      return { id: foundId, record, ...(foundEtag !== undefined && { etag: foundEtag }) };
    },
  };
}

function withoutId(declared: Declared): Fault {
  const at = atOf(declared);
  const message = `${pathText(declared)} gives no id for a record that was found`;
  return new Fault('TL_CONNECTION_CONFIG', message, at === undefined ? {} : { at });
}
