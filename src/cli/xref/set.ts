import type { Ask } from '../../client/create-client.ts';
import type { XrefSetAnswer } from '../../contract/generated/endpoints.ts';
import { counted } from '../../contract/text/counted.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine } from '../output/print.ts';

export interface SetOptions extends AskingOptions {
  readonly flow: string;
  readonly force?: boolean;
  readonly yes?: boolean;
}

interface Said {
  readonly key: string;
  readonly id: string;
  readonly options: SetOptions;
}

/** Without --yes, shows what it would do, and asks where somebody is there to be asked. */
export async function set(context: Context, ask: Ask, { key, id, options }: Said): Promise<ExitCode> {
  const { flow } = options;
  const said = { flow, key, id, ...(options.force === true && { force: true }) };
  const plan = await ask('planSetXref', said);
  const what = `${plan.entity} ${key} of ${plan.source} is ${id} at ${plan.target}`;
  if (plan.set === false) {
    if (options.json) printJson(context, plan);
    else printLine(context, `${what} already`);
    return exit.clean;
  }
  if (options.yes !== true) {
    if (options.json) printJson(context, plan);
    else printLine(context, `would say: ${what}${toText(plan)}`);
    if (!(await confirm(context, options, 'say so?'))) return exit.findings;
  }
  const done = await ask('setXref', { ...said, before: plan.before });
  if (options.json) printJson(context, done);
  else printHint(context, `${what}${toText(done)}; tradelane run ${flow} --full writes it again`);
  return exit.clean;
}

function toText({ before, others = [], inDoubt }: XrefSetAnswer): string {
  const was = inDoubt
    ? ', whose create was in doubt'
    : before === null
      ? ', which was not known there'
      : `, not ${toPlainText(before, 80)}`;
  return others.length === 0 ? was : `${was}, as ${counted(others.length, 'other key')} is`;
}
