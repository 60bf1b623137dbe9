import { toSecond } from '../../app/status/needs.ts';
import type {
  JourneyAnswer,
  JourneyCandidateAnswer,
  JourneyRecordAnswer,
} from '../../contract/generated/endpoints.ts';
import type { Context } from '../context.ts';
import { paint, printHint, printLine, printNote, printTable } from '../output/print.ts';
import { payloadLines } from './payload-text.ts';
import { stepText } from './step-text.ts';
import { waitText } from './wait-text.ts';

/** The way of a record, flow by flow; or the records that may be meant. */
export function printJourney(context: Context, found: JourneyAnswer): void {
  const { text, journey, candidates, ending } = found;
  for (const [index, record] of (journey?.records ?? []).entries()) {
    if (index > 0) printLine(context);
    printRecord(context, record);
  }
  if (journey?.isCut) printNote(context, 'more records belong to it, which are not shown');
  if (ending === 'nothing') printNote(context, `nothing is known under "${text}"`);
  if (candidates.length > 0) printCandidates(context, found, candidates);
  for (const line of aboutHistory(found)) printNote(context, line);
}

function printRecord(context: Context, record: JourneyRecordAnswer): void {
  const { flow, key, source, target, steps, waits, cutAt, openErrors } = record;
  const ends =
    source && target
      ? `  ${source.connection}.${source.resource} → ${target.connection}.${target.resource}`
      : '  (not a flow of the workspace any more)';
  printLine(context, `${paint(context.stdout, 'bold', `${flow}  ${key}`)}${ends}`);
  if (cutAt) printLine(context, `  older steps are not shown, before ${toSecond(cutAt)}`);
  for (const step of steps) {
    const [what, ...more] = stepText(step);
    printLine(context, `  ${toSecond(step.at)}  ${what}`);
    for (const line of more) printLine(context, `${indent}${line}`);
    if (step.what === 'outcome' && step.payloads) {
      for (const line of payloadLines(step.payloads)) printLine(context, `${indent}${line}`);
    }
  }
  for (const wait of waits) printLine(context, `  now${' '.repeat(18)}${waitText(wait)}`);
  for (const line of knownLines(record)) printLine(context, `  ${line}`);
  for (const error of openErrors)
    printHint(context, `  error ${error} is open: tradelane errors show ${error}`);
}

const indent = ' '.repeat(23);

/** What is known still where history does not tell of it. */
function knownLines({ known, steps, target }: JourneyRecordAnswer): readonly string[] {
  if (known === undefined) {
    return steps.length === 0
      ? ['nothing of its way is kept: history begins later, or its flow keeps none']
      : [];
  }
  const { since, run, targetId, isDelivered } = known;
  const id = targetId === undefined ? '' : `, known there as ${targetId}`;
  const by = run === undefined ? '' : ` by run ${run}`;
  const where = target?.connection ?? 'the target';
  const isKept = steps.some((step) => step.what === 'outcome' && step.outcome === 'delivered');
  if (!isDelivered)
    return targetId === undefined ? [] : [`${where}: known as ${targetId} since ${toSecond(since)}${by}`];
  const gone = isKept ? '' : '; older history is gone, or was not kept';
  return [`${where}: last delivered ${toSecond(since)}${by}${id}${gone}`];
}

function printCandidates(
  context: Context,
  { text, journey }: JourneyAnswer,
  candidates: readonly JourneyCandidateAnswer[],
): void {
  printLine(
    context,
    journey ? `\n"${text}" stands in these records, too` : `"${text}" stands in these records`,
  );
  printTable(
    context,
    [{ title: 'flow', isName: true }, { title: 'key', isName: true }, { title: 'as' }, { title: 'newest' }],
    candidates.map(({ flow, key, match, at }) => [flow, key || '-', matchWords[match], toSecond(at)]),
  );
  const first = candidates.find(({ match }) => match !== 'unread');
  if (first)
    printHint(context, `tradelane journey ${quoted(text)} --flow ${first.flow} --key ${quoted(first.key)}`);
}

const matchWords = {
  key: 'its key',
  id: 'its id at the target',
  mention: 'a value in it',
  unread: 'a text in what could not be read',
} as const;

function quoted(text: string): string {
  return /^[\w.@:+-]+$/.test(text) ? text : JSON.stringify(text);
}

function* aboutHistory({ history, ending }: JourneyAnswer): Generator<string> {
  const { since, cutAt, isUnsearchable } = history;
  if (isUnsearchable)
    yield 'of such a text (too short or too long, an address, a moment in time) keys and ids are searched, not other values';
  if (cutAt) yield `history before ${toSecond(cutAt)} was not looked at: too much of it has this text`;
  if (ending !== 'nothing') return;
  yield since === null
    ? 'searched: keys, ids at the targets, errors and what waits; history holds nothing'
    : `searched: keys, ids at the targets, errors, what waits, and history since ${toSecond(since)}`;
}
