import type { ErrorMeaning } from '../../app/errors/explain/explain-error.ts';
import { isOpenError } from '../../app/errors/list-errors.ts';
import type { Ask } from '../../client/create-client.ts';
import type { DecisionAnswer, ErrorAnswer } from '../../contract/generated/endpoints.ts';
import { counted } from '../../contract/text/counted.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { auditText } from '../output/audit-text.ts';
import { printJson, printLine, printNote, showable } from '../output/print.ts';
import { settlerOf, tellChange } from './list-errors.ts';

/** One error with the record as it is kept, by its id, the key of its record, or any text in it. */
export async function showError(
  context: Context,
  ask: Ask,
  { wanted, json }: { readonly wanted: string; readonly json: boolean },
): Promise<ExitCode> {
  const { othersCount = 0, ...error }: ErrorAnswer = await ask('showError', { error: wanted });
  if (json) {
    printJson(context, error);
    return exit.clean;
  }
  const { record, original, sent, decisions = [], others: some = [] } = error;
  for (const [name, value] of describe(error, decisions))
    printLine(context, `${name.padEnd(9)} ${showable(value)}`);
  if (original !== undefined) printValue(context, 'as the source gave it:\n', original);
  printValue(context, original === undefined ? '' : 'as it was patched:\n', record);
  if (sent !== undefined) printValue(context, 'what was sent:\n', sent);
  if (some.length > 0) printNote(context, tellOthers(wanted, some, othersCount));
  return exit.clean;
}

function printValue(context: Context, title: string, value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  printLine(context, `\n${title}${showable(text)}`);
}

function tellOthers(wanted: string, others: NonNullable<ErrorAnswer['others']>, count: number): string {
  const shown = others.map(({ id, flow, state }) => `${id} (${flow}, ${state})`).join(', ');
  const rest = count > others.length ? ', …' : '';
  return `${counted(count, 'more error')} with "${wanted}": ${shown}${rest}`;
}

function describe(
  error: ErrorAnswer,
  decisions: readonly DecisionAnswer[],
): readonly (readonly [string, string])[] {
  const { status, code, message } = error.answer ?? {};
  const answer = [status, code, message].filter((part) => part !== undefined).join(' ');
  const fields = [
    ['error', String(error.id)],
    ['flow', error.flow],
    ['run', String(error.runId)],
    ['key', error.key],
    ['means', error.explanation.sentence],
    ['next', nextText(error.explanation)],
    ['state', tellState(error)],
    ['stage', error.stage],
    ['code', error.code],
    ['message', error.message],
    ['at', error.at],
    ['answer', answer],
    ['attempts', String(error.attempts)],
    ['since', error.createdAt],
  ] as const;
  return [
    ...fields.flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    ...decisions.flatMap(describeDecision),
    ...(error.audit ?? []).map((entry, index) => [index === 0 ? 'decided' : '', auditText(entry)] as const),
  ];
}

/** `Add it to the table countries, then replay. (tradelane replay 17)` */
export function nextText({ next, command }: ErrorMeaning): string {
  return command === undefined ? next : `${next} (${command})`;
}

function tellState(error: ErrorAnswer): string {
  const { state, settledRun, reason, updatedAt } = error;
  if (isOpenError(error)) return state;
  const by = settlerOf(error);
  const run = settledRun === undefined ? '' : ` in run ${settledRun}`;
  return `${state}${by === undefined ? '' : ` by ${by}`} at ${updatedAt}${run}${reason === undefined ? '' : ` (${reason})`}`;
}

function describeDecision(decision: DecisionAnswer): readonly (readonly [string, string])[] {
  const { kind, by, at, overriddenAt, overriddenRun, changes = [] } = decision;
  const until =
    overriddenAt === undefined
      ? 'stands until the source has a newer version'
      : `overridden by a newer version of the source in run ${overriddenRun}, at ${overriddenAt}`;
  return [
    ['decision', `${kind} by ${by} at ${at}; ${until}`],
    ...changes.map((change) => ['', tellChange(change)] as const),
  ];
}
