import { DateTime, IANAZone } from 'luxon';
import { badArgument, type Raised } from '../raised.ts';

const formatHint = 'a format uses the tokens of Luxon, such as "dd.MM.yyyy HH:mm"';

export const dateFunctions = {
  /**
   * A moment as RFC 3339 text in UTC, milliseconds only where there are any: "2026-03-01T12:00:00Z".
   * `format` (Luxon tokens; ISO 8601 if left out) says how `text` is written, `zone` (IANA; UTC if left out) whose
   * clock it shows unless the text says so itself.
   */
  date(text: unknown, format: unknown, zone: unknown): string | undefined {
    if (text === undefined) return undefined;
    if (typeof text !== 'string') {
      throw badArgument('date', 1, 'a text', text, 'milliseconds since 1970 become one with $fromMillis');
    }
    if (format !== undefined && format !== null && typeof format !== 'string') {
      throw badArgument('date', 2, 'a format', format, formatHint);
    }
    const parsed = parse(text.trim(), format || undefined, toZone(zone));
    if (!parsed.isValid) throw unreadable(format || undefined);
    return parsed.toUTC().toISO({ suppressMilliseconds: true }) ?? undefined;
  },
};

function parse(text: string, format: string | undefined, zone: string): DateTime {
  const options = { zone, locale: 'en-US' };
  return format === undefined ? DateTime.fromISO(text, options) : DateTime.fromFormat(text, format, options);
}

function toZone(zone: unknown): string {
  if (zone === undefined || zone === null || zone === '') return 'UTC';
  if (typeof zone === 'string' && IANAZone.isValidZone(zone)) return zone;
  throw badArgument('date', 3, 'an IANA time zone such as "Europe/Berlin"', zone);
}

function unreadable(format: string | undefined): Raised {
  return format === undefined
    ? {
        raised: 'argument',
        message: 'argument 1 of $date is not an ISO 8601 date',
        argument: { name: 'date', index: 1 },
        hint: `say how it is written: ${formatHint}`,
      }
    : {
        raised: 'argument',
        message: `argument 1 of $date is not a date written as "${format}"`,
        argument: { name: 'date', index: 1 },
        hint: formatHint,
      };
}
