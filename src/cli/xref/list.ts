import { takeItems } from '../../app/lists/page.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { findForgottenBy, pageXrefs } from '../../app/xref/xrefs.ts';
import { parseLimit } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { auditText } from '../output/audit-text.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { toXrefWish, type XrefFilterOptions, xrefColumns, xrefRow } from './xref-filter.ts';

export interface XrefListOptions extends XrefFilterOptions {
  readonly limit: string;
}

export async function list(
  context: Context,
  open: OpenDatabase,
  options: XrefListOptions,
): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const wish = toXrefWish(options);
  const found = await takeItems(limit, (page) => pageXrefs(open, wish, page));
  if (options.json) printJson(context, found);
  else if (found.length === 0) printLine(context, 'no id is known of such records');
  else printTable(context, xrefColumns, found.map(xrefRow));
  const forgotten = found.length === 0 ? await findForgottenBy(open, wish) : undefined;
  if (forgotten) printNote(context, auditText(forgotten));
  if (found.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
  return exit.clean;
}
