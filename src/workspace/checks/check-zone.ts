import { isZone } from '../../mapping/moments/zone.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { suggest } from '../text/suggest.ts';

/** Offsets such as +02:00 are taken by some, but know no summer time: a place is wanted. */
export function checkZone(document: SourceDocument, path: Path, timezone: unknown): readonly Finding[] {
  if (typeof timezone !== 'string' || timezone === '' || isZone(timezone)) return [];
  const near = suggest(timezone, Intl.supportedValuesOf('timeZone'));
  const isOffset = /^(?:UTC|GMT)?[+-]\d/.test(timezone);
  const message = isOffset
    ? `"${timezone}" is an offset, which knows no summer time; expected the time zone of a place`
    : `there is no time zone "${timezone}"`;
  const hint = near === undefined || isOffset ? 'such as Europe/Berlin or UTC' : `did you mean "${near}"?`;
  return [createFinding('TLW_CRON_ZONE', document.valuePlace(path), message, hint)];
}
