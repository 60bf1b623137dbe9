import type { FaultCode } from '../../contract/fault-table.ts';
import { isWrite, type Operation, type RequestTraits, unknownOr } from './operation.ts';

/** `done`: 2xx. `absent`: 404 where that is an answer (find: not there; delete: already gone). */
export type StatusVerdict = 'done' | 'absent' | FaultCode;

type Row = readonly [matches: (status: number) => boolean, verdict: (traits: RequestTraits) => StatusVerdict];

const is =
  (...statuses: readonly number[]) =>
  (status: number): boolean =>
    statuses.includes(status);
const within =
  (from: number, to: number) =>
  (status: number): boolean =>
    status >= from && status <= to;

// A find stands on the target's side: what it refuses is one record's trouble, not the source's; but nothing was written.
const refusals: Partial<Record<Operation, FaultCode>> = {
  read: 'TL_SOURCE_REJECTED',
  find: 'TL_TARGET_FIND_REFUSED',
};
const refused = ({ operation }: RequestTraits): StatusVerdict => refusals[operation] ?? 'TL_TARGET_REJECTED';
const onWrite =
  (code: FaultCode) =>
  (traits: RequestTraits): StatusVerdict =>
    isWrite(traits.operation) ? code : refused(traits);
const always = (verdict: StatusVerdict) => (): StatusVerdict => verdict;

function missing(traits: RequestTraits): StatusVerdict {
  if (traits.operation === 'find' || traits.operation === 'delete') return 'absent';
  return traits.operation === 'update' ? 'TL_TARGET_NOT_FOUND' : refused(traits);
}

/** The default rows, first match wins; a manifest's `responses` are tried before. Status semantics: RFC 9110. */
const rows: readonly Row[] = [
  [within(200, 299), always('done')],
  [within(300, 399), always('TL_SYSTEM_BAD_RESPONSE')],
  [is(401), always('TL_AUTH_REFUSED')],
  [is(403), always('TL_AUTH_FORBIDDEN')],
  [is(404, 410), missing],
  // Refused before it was worked on: nothing has been written.
  [is(425, 503), always('TL_SYSTEM_UNAVAILABLE')],
  // Whoever answers this has waited for another too long, which may have the whole request by now.
  [is(408), (traits) => unknownOr('TL_SYSTEM_UNAVAILABLE', traits)],
  [is(409), onWrite('TL_TARGET_DUPLICATE')],
  [is(412), onWrite('TL_TARGET_CONFLICT')],
  [is(429), always('TL_SYSTEM_THROTTLED')],
  [within(400, 499), refused],
  // Broke on the way: a write may have happened before it did. The rest of 5xx is no different.
  [within(500, 599), (traits) => unknownOr('TL_SYSTEM_UNAVAILABLE', traits)],
];

/**
 * Does an answer with this status come from the system itself, and is it done with the request? Behind a 408, 502 or 504
 * (and what proxies have made up from 520 on) it may still be at work; a 2xx that was not understood says nothing.
 */
export function isOverWith(status: number): boolean {
  return status >= 300 && status < 520 && ![408, 502, 504].includes(status);
}

export function verdictOf(status: number, traits: RequestTraits): StatusVerdict {
  const row = rows.find(([matches]) => matches(status));
  return row === undefined ? 'TL_SYSTEM_BAD_RESPONSE' : row[1](traits);
}
