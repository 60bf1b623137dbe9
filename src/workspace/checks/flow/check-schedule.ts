import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding } from '../../finding.ts';
import { parseDuration } from '../../text/quantities.ts';
import type { SourceDocument } from '../../text/source-document.ts';
import { suggest } from '../../text/suggest.ts';
import { checkCron } from './cron.ts';

export function checkSchedule(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const schedule = isJsonObject(flow.trigger) ? flow.trigger.schedule : undefined;
  if (!isJsonObject(schedule)) return [];
  const { cron, timezone } = schedule;
  const findings: Finding[] = [];
  const problem = typeof cron === 'string' && cron !== '' ? checkCron(cron) : undefined;
  if (problem !== undefined) {
    const place = document.placeIn(['trigger', 'schedule', 'cron'], problem.offset);
    const hint = 'minute hour day-of-month month day-of-week: "*/5 * * * *" is every five minutes';
    findings.push(createFinding('TLW_CRON_SYNTAX', place, problem.message, hint));
  }
  if (typeof timezone === 'string' && timezone !== '' && !isZone(timezone)) {
    const place = document.valuePlace(['trigger', 'schedule', 'timezone']);
    const near = suggest(timezone, Intl.supportedValuesOf('timeZone'));
    const isOffset = /^(?:UTC|GMT)?[+-]\d/.test(timezone);
    const message = isOffset
      ? `"${timezone}" is an offset, which knows no summer time; expected the time zone of a place`
      : `there is no time zone "${timezone}"`;
    const hint = near === undefined || isOffset ? 'such as Europe/Berlin or UTC' : `did you mean "${near}"?`;
    findings.push(createFinding('TLW_CRON_ZONE', place, message, hint));
  }
  return findings;
}

/** Each value of `retry` may be right and the two delays still not fit each other. */
export function checkRetry(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const retry = isJsonObject(flow.retry) ? flow.retry : {};
  const { delay = '2s', maxDelay = '10m' } = retry;
  const [first, longest] = [delay, maxDelay].map((each) => parseDuration(String(each)));
  if (first === undefined || longest === undefined || first <= longest) return [];
  const path = ['retry', retry.maxDelay === undefined ? 'delay' : 'maxDelay'];
  const message = `the first delay (${delay}) is longer than the longest allowed (${maxDelay})`;
  return [createFinding('TLW_RETRY_DELAYS', document.valuePlace(path), message)];
}

// Offsets such as +02:00 are taken by Intl, but know no summer time: a schedule wants a place.
function isZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
