import type { OpenDatabase } from '../../app/open/open-database.ts';
import { carryOutForgetXrefs, forecastForgetXrefs } from '../../app/xref/correct-xrefs.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { whoOf } from '../who.ts';
import { toXrefWish, type XrefFilterOptions, xrefColumns, xrefRow } from './xref-filter.ts';

export interface ForgetOptions extends XrefFilterOptions {
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly by?: string;
}

/** Without --yes, shows what it would do, and asks where somebody is there to be asked. */
export async function forget(
  context: Context,
  open: OpenDatabase,
  options: ForgetOptions,
): Promise<ExitCode> {
  const wish = toXrefWish(options);
  if (Object.values(wish).every((one) => one === undefined)) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      'which are meant? --key, --id, --flow, --entity or --connection says so',
    );
  }
  const forecast = await forecastForgetXrefs(open, { ...wish, isForced: options.force === true });
  const { meant, inDoubt } = forecast;
  if (inDoubt > 0) {
    printNote(
      context,
      `${counted(inDoubt, 'create')} in doubt left alone; --force says that nothing was made`,
    );
  }
  if (meant.length === 0) {
    if (options.json) printJson(context, { forgotten: [] });
    else printLine(context, 'no id is known of such records: nothing to forget');
    return exit.clean;
  }
  if (options.yes !== true) {
    if (options.json) printJson(context, { would: 'forget', xrefs: meant });
    else {
      printLine(context, `would forget ${counted(meant.length, 'id')}:`);
      printTable(context, xrefColumns, meant.slice(0, 50).map(xrefRow));
    }
    if (!(await confirm(context, options, `forget ${meant.length === 1 ? 'it' : `all ${meant.length}`}?`))) {
      return exit.findings;
    }
  }
  await carryOutForgetXrefs(open, forecast, whoOf(context, options));
  if (options.json) printJson(context, { forgotten: meant });
  else printLine(context, `${counted(meant.length, 'id')} forgotten`);
  return exit.clean;
}
