import type { Ask } from '../../client/create-client.ts';
import { counted } from '../../contract/text/counted.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { toXrefWish, type XrefFilterOptions, xrefColumns, xrefRow } from './xref-filter.ts';

export interface ForgetOptions extends XrefFilterOptions {
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** Without --yes, shows what it would do, and asks where somebody is there to be asked. */
export async function forget(context: Context, ask: Ask, options: ForgetOptions): Promise<ExitCode> {
  const wish = { ...toXrefWish(options), ...(options.force === true && { force: true }) };
  const { xrefs: meant = [], inDoubt = 0 } = await ask('planForgetXrefs', wish);
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
  const { forgotten = [] } = await ask('forgetXrefs', { ...wish, count: meant.length });
  if (options.json) printJson(context, { forgotten });
  else printLine(context, `${counted(forgotten.length, 'id')} forgotten`);
  return exit.clean;
}
