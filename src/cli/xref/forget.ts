import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { forgetXrefs } from '../../engine/reference/correct-xrefs.ts';
import { listXrefs } from '../../store/line/list-xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { requireKept, toXrefFilter, type XrefFilterOptions, xrefColumns, xrefRow } from './xref-filter.ts';

export interface ForgetOptions extends XrefFilterOptions {
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** More than anybody means to forget in one go. */
const most = 1_000_000;

/** Without --yes, shows what it would do, and asks where somebody is there to be asked. */
export async function forget(context: Context, db: Database, options: ForgetOptions): Promise<ExitCode> {
  const { flow, entity, connection, key, id } = options;
  if ([flow, entity, connection, key, id].every((one) => one === undefined)) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      'which are meant? --key, --id, --flow, --entity or --connection says so',
    );
  }
  const found = await listXrefs(db, await toXrefFilter(context, options), most);
  const meant = found.filter((one) => one.id !== null || options.force === true);
  const left = found.length - meant.length;
  if (left > 0) {
    printNote(context, `${counted(left, 'create')} in doubt left alone; --force says that nothing was made`);
  }
  if (meant.length === 0) {
    if (found.length === 0) await requireKept(db, options);
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
  await forgetXrefs(db, meant);
  if (options.json) printJson(context, { forgotten: meant });
  else printLine(context, `${counted(meant.length, 'id')} forgotten`);
  return exit.clean;
}
