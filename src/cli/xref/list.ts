import { listXrefs } from '../../store/line/list-xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import { parseLimit } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { requireKept, toXrefFilter, type XrefFilterOptions, xrefColumns, xrefRow } from './xref-filter.ts';

export interface XrefListOptions extends XrefFilterOptions {
  readonly limit: string;
}

export async function list(context: Context, db: Database, options: XrefListOptions): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const found = await listXrefs(db, await toXrefFilter(context, options), limit);
  if (found.length === 0) await requireKept(db, options);
  if (options.json) printJson(context, found);
  else if (found.length === 0) printLine(context, 'no id is known of such records');
  else printTable(context, xrefColumns, found.map(xrefRow));
  if (found.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
  return exit.clean;
}
