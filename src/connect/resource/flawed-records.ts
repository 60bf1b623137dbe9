import type { SourceRecord } from '../../contract/connector.ts';
import { describeFlaws, flawIn } from '../../contract/exact-json/json-flaws.ts';
import { Fault } from '../../contract/fault.ts';
import { describeBrokenText } from '../../contract/text/broken-text.ts';
import type { HttpResponse } from '../http/http-client.ts';

export type FlawedRecord = Extract<SourceRecord, { readonly fault: Fault }>;

/**
 * The records of an answer that nobody can rely on: with a number that is too large, a member that stands twice, bytes
 * that are no text. Each is an error of its own. What is flawed outside of them may have said anything of all records,
 * or of how to go on: then a Fault is thrown for the answer. `told`: whose answer it is.
 */
export function findFlawed(
  records: readonly unknown[],
  { body, broken, status }: HttpResponse,
  { told, at }: { readonly told: string; readonly at: string | undefined },
): ReadonlyMap<unknown, FlawedRecord> {
  const whole = flawIn(body);
  if (whole === undefined && broken === undefined) return none;
  const place = at === undefined ? {} : { at };
  const found = new Map<unknown, FlawedRecord>();
  const inRecords = new Set<unknown>();
  for (const record of records) {
    const flawed = flawIn(record);
    for (const flaw of flawed?.flaws ?? []) inRecords.add(flaw);
    const json = broken === undefined ? '' : (JSON.stringify(record) ?? '');
    const noText = json === '' ? undefined : describeBrokenText(record, json);
    const problem = flawed?.problem ?? (noText && `${noText}: ${broken}`);
    if (problem === undefined) continue;
    const fault = new Fault('TL_SOURCE_RECORD', `${told}: a record cannot be relied on: ${problem}`, place);
    found.set(record, { fault, raw: flawed?.source ?? json });
  }
  const rest = whole?.flaws.filter((flaw) => !inRecords.has(flaw)) ?? [];
  if (rest.length === 0) return found;
  const message = `${told} answered ${status} with JSON that cannot be relied on: ${describeFlaws(rest)}`;
  throw new Fault('TL_SYSTEM_BAD_RESPONSE', message, { answer: { status }, ...place });
}

const none: ReadonlyMap<unknown, FlawedRecord> = new Map();
