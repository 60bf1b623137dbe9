import type { Found } from '../../contract/connector.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { ForTarget } from '../line/decide/effect.ts';
import { type Difference, findDifferences } from './differences.ts';

/** What a write would send about one record. */
export interface SentPayload {
  /** The body, or where that only wraps the payload (`{ "order": … }`), the payload: what the target's record is like. */
  readonly record: unknown;
  /** The system then holds this and nothing else of the record. */
  readonly replaces: boolean;
}

type Target = Pick<Plan['target'], 'resource'>;

/** Nothing is sent: the body of the request is only made. Throws the Fault of a body that cannot be. */
export async function whatIsSent({ resource }: Target, effect: ForTarget): Promise<SentPayload | undefined> {
  if (effect.do !== 'create' && effect.do !== 'update' && effect.do !== 'upsert') return undefined;
  const { item, payload } = effect.record;
  const replaces = effect.do !== 'create' && resource.replacing?.includes(effect.do) === true;
  if (!resource.bodyOf) return { record: payload, replaces };
  const body = await resource.bodyOf(effect.do, {
    key: item.record.key,
    ...(effect.id !== undefined && { id: effect.id }),
    ...(effect.etag !== undefined && { etag: effect.etag }),
    payload,
    idempotencyKey: noEffect,
  });
  return { record: isWrapped(payload, body) ? payload : body, replaces };
}

/** No effect has this key: nothing is sent. */
const noEffect = '00000000-0000-8000-8000-000000000000';

function isWrapped(payload: unknown, body: unknown): boolean {
  if (body === payload) return true;
  if (Array.isArray(body)) return body.some((item) => isWrapped(payload, item));
  return isJsonObject(body) && Object.values(body).some((member) => isWrapped(payload, member));
}

/**
 * What an update would change. What identifies a record (its id, key, version tag) is the system's own and not lost, and
 * where a schema says what the system takes, neither is anything else that it adds by itself.
 */
export function changesOf(
  { resource }: Target,
  { record, replaces }: SentPayload,
  found: Found,
): readonly Difference[] {
  const own = new Set([found.id, found.etag, resource.versionOf?.(found.record)].filter(isText));
  const taken = isJsonObject(resource.schema?.['properties']) ? resource.schema['properties'] : undefined;
  return findDifferences(record, found.record, replaces ? 'replaces' : 'keeps').filter(
    ({ before, after, segments: [first = '', ...inner] }) =>
      after !== undefined ||
      ((inner.length > 0 || !own.has(String(before))) &&
        (taken === undefined || Object.hasOwn(taken, String(first)))),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
