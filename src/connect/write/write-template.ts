import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import type {
  ManifestCreate,
  ManifestDelete,
  ManifestOperation,
  ManifestUpdate,
  ManifestUpsert,
} from '../../contract/generated/connector.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { TemplateScope } from '../compile-text.ts';
import type { Declaration } from '../declaration.ts';
import type { Identity } from '../resource/compile-identity.ts';
import type { RequestTemplate } from '../resource/compile-request.ts';
import type { Session } from '../session.ts';

export type ManifestWrite = ManifestCreate | ManifestUpdate | ManifestUpsert | ManifestDelete;

export type WriteKind = Exclude<ManifestOperation, 'read' | 'find'>;

/** A declared write, compiled. */
export interface WriteTemplate {
  readonly kind: WriteKind;
  readonly declared: Declaration<ManifestWrite>;
  readonly request: RequestTemplate;
  /** Sending it twice has the effect of sending it once: true of all but a create, and of that where it says so. */
  readonly idempotent: boolean;
  readonly identity: Identity;
  /** What of an update or delete its request has to be told of the record. */
  readonly needs: { readonly id: boolean; readonly etag: boolean };
  /** Does the declaration say what this member of an answer means? */
  speaksOf(name: string): boolean;
}

/** Sends the items given and returns a result for each, or throws a Fault that is true of all of them. */
export type SendItems = (
  session: Session,
  items: readonly WriteItem[],
  signal: AbortSignal,
) => Promise<readonly WriteResult[]>;

/** What expressions may say of an item. Its idempotency key is only worked out for one that asks for it. */
export function toScope(config: JsonObject, item: WriteItem): TemplateScope {
  const { payload, key, id, etag } = item;
  return {
    ...{ config, payload, key, id, etag },
    get idempotencyKey() {
      return item.idempotencyKey;
    },
  };
}
