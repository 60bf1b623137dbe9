import { flowDefaults } from '../../../contract/generated/defaults.ts';
import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { parseDuration } from '../../../contract/quantity.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { SourceDocument } from '../../text/source-document.ts';
import { checkZone } from '../check-zone.ts';
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
  return [...findings, ...checkZone(document, ['trigger', 'schedule', 'timezone'], timezone)];
}

/** Each value of `retry` may be right and the two delays still not fit each other. */
export function checkRetry(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const retry: JsonObject = isJsonObject(flow.retry) ? flow.retry : {};
  const { delay, maxDelay } = { ...flowDefaults.retry, ...retry };
  const [first, longest] = [delay, maxDelay].map((each) => parseDuration(String(each)));
  if (first === undefined || longest === undefined || first <= longest) return [];
  const path = ['retry', retry.maxDelay === undefined ? 'delay' : 'maxDelay'];
  const message = `the first delay (${delay}) is longer than the longest allowed (${maxDelay})`;
  return [createFinding('TLW_RETRY_DELAYS', document.valuePlace(path), message)];
}
