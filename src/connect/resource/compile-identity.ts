import type { Found } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { ManifestResource } from '../../contract/generated/connector.ts';
import { atOf, choiceOf, type Declaration, elements, member, pathText, required } from '../declaration.ts';
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
  /** A key in the form in which it is compared with others: what `keyIgnores` names does not count. */
  readonly fold: (key: string) => string;
  /** The system's own id; the key where none is declared. */
  readonly id: RecordValue;
  /** Does the resource declare an `id`, so that its key is not the id? */
  readonly hasOwnId: boolean;
  readonly version: RecordValue | undefined;
  readonly etag: RecordValue | undefined;
  toFound(record: unknown): Promise<Found>;
}

export function compileIdentity(resource: Declaration<ManifestResource>): Identity {
  const optional = (
    name: keyof ManifestResource,
    compile: typeof compileKeyValue,
  ): RecordValue | undefined => {
    const declared = member(resource, name);
    return declared && compile(declared);
  };
  const key = compileKeyValue(required(resource, 'key'));
  const foundKey = compileScalarValue(required(resource, 'key'));
  const declaredId = optional('id', compileScalarValue);
  const id = declaredId ?? foundKey;
  const version = optional('version', compileVersionValue);
  const etag = optional('etag', compileScalarValue);
  return {
    key,
    foundKey,
    fold: compileFold(member(resource, 'keyIgnores')),
    id,
    hasOwnId: declaredId !== undefined,
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

const folds = {
  spaces: (key: string) => key.trim(),
  case: (key: string) => key.toLowerCase(),
  // Of a number only: `00A7` and `A7` are two keys.
  leadingZeros: (key: string) => key.replace(/^(\s*)0+(?=\d+\s*$)/, '$1'),
} as const;

function compileFold(declared: Declaration | undefined): (key: string) => string {
  const all = declared === undefined ? [] : Array.isArray(declared.value) ? elements(declared) : [declared];
  const named = all.map((each) => folds[choiceOf(each, ['case', 'spaces', 'leadingZeros'])]);
  return (key) => named.reduce((folded, fold) => fold(folded), key);
}

function withoutId(declared: Declaration): Fault {
  const at = atOf(declared);
  const message = `${pathText(declared)} gives no id for a record that was found`;
  return new Fault('TL_KEY_INVALID', message, at === undefined ? {} : { at });
}
