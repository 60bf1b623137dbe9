import type { ErrorWish } from '../../app/errors/error-filter.ts';
import type { ErrorFilterInput } from '../../contract/generated/endpoints.ts';
import { toDate } from '../to-date.ts';

/** Which errors are meant, as endpoints are told. */
export type FilterInput = ErrorFilterInput & { readonly ids?: readonly number[] };

/** The same as `app/` takes it. Throws a Fault TL_ARGUMENT_INVALID for a time that there is not. */
export function toWish({ since, ...wish }: FilterInput): ErrorWish {
  return { ...wish, ...(since !== undefined && { since: toDate('since', since) }) };
}
