import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { RequestParts } from './compile-request.ts';

export interface Overlay {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: JsonObject;
  /** Absolute; in place of path and query. */
  readonly url?: string;
}

/** Lays one thing after the other over the request's own query and body; the last one wins. */
export function layOver(parts: RequestParts, overlays: readonly Overlay[]): RequestParts {
  if (overlays.every(({ query, body }) => query === undefined && body === undefined)) return parts;
  const body = overlays.some((each) => each.body !== undefined)
    ? Object.assign({}, parts.body, ...overlays.map((each) => each.body))
    : parts.body;
  return { ...parts, query: Object.assign({}, parts.query, ...overlays.map((each) => each.query)), body };
}

export function toOverlayBody(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
