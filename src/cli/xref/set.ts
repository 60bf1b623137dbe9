import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { forecastXref, setXref, type XrefChange } from '../../engine/reference/correct-xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import { confirm } from '../confirm.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine } from '../output/print.ts';
import { scopeOf } from './xref-filter.ts';

export interface SetOptions extends CommonOptions {
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
export async function set(context: Context, db: Database, { key, id, options }: Said): Promise<ExitCode> {
  const { flow } = options;
  const scope = await scopeOf(context, options, flow);
  const said = { scope, flow, key, id };
  const change = await forecastXref(db, said);
  const others = change.others.map((other) => toPlainText(other, 80)).join(', ');
  if (change.others.length > 0 && options.force !== true) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `${scope.entity} ${others} of ${scope.source} has the id ${id} at ${scope.target}; --force gives it to ${key} as well, so that both are written to one record`,
    );
  }
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
  await setXref(db, said);
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
