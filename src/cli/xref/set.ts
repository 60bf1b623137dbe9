import type { OpenDatabase } from '../../app/open/open-database.ts';
import { carryOutSetXref, forecastSetXref } from '../../app/xref/correct-xrefs.ts';
import { counted } from '../../contract/text/counted.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import type { XrefChange } from '../../engine/reference/correct-xrefs.ts';
import { confirm } from '../confirm.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine } from '../output/print.ts';
import { whoOf } from '../who.ts';

export interface SetOptions extends CommonOptions {
  readonly flow: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly by?: string;
}

interface Said {
  readonly key: string;
  readonly id: string;
  readonly options: SetOptions;
}

/** Without --yes, shows what it would do, and asks where somebody is there to be asked. */
export async function set(
  context: Context,
  open: OpenDatabase,
  { key, id, options }: Said,
): Promise<ExitCode> {
  const { flow } = options;
  const forecast = await forecastSetXref(open, { flow, key, id, isForced: options.force === true });
  const { scope, change } = forecast;
  const what = `${scope.entity} ${key} of ${scope.source} is ${id} at ${scope.target}`;
  if (change.before === id) {
    if (options.json) printJson(context, { set: false, ...scope, key, id, before: id });
    else printLine(context, `${what} already`);
    return exit.clean;
  }
  if (options.yes !== true) {
    if (options.json) printJson(context, { would: 'set', ...scope, key, id, ...toJson(change) });
    else printLine(context, `would say: ${what}${toText(change)}`);
    if (!(await confirm(context, options, 'say so?'))) return exit.findings;
  }
  await carryOutSetXref(open, forecast, whoOf(context, options));
  if (options.json) printJson(context, { set: true, ...scope, key, id, ...toJson(change) });
  else printHint(context, `${what}${toText(change)}; tradelane run ${flow} --full writes it again`);
  return exit.clean;
}

function toJson({ before, others, isInDoubt }: XrefChange) {
  return {
    before: before ?? null,
    ...(others.length > 0 && { others }),
    ...(isInDoubt && { inDoubt: true }),
  };
}

function toText({ before, others, isInDoubt }: XrefChange): string {
  const was = isInDoubt
    ? ', whose create was in doubt'
    : before === undefined
      ? ', which was not known there'
      : `, not ${toPlainText(before, 80)}`;
  return others.length === 0 ? was : `${was}, as ${counted(others.length, 'other key')} is`;
}
