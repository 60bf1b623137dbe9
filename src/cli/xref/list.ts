import { takeItems } from '../../app/lists/page.ts';
import type { Ask } from '../../client/create-client.ts';
import type { XrefsPageAnswer } from '../../contract/generated/endpoints.ts';
import { pageInput } from '../asking/with-asking.ts';
import { parseLimit } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { auditText } from '../output/audit-text.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { toXrefWish, type XrefFilterOptions, xrefColumns, xrefRow } from './xref-filter.ts';

export interface XrefListOptions extends XrefFilterOptions {
  readonly limit: string;
}

export async function list(context: Context, ask: Ask, options: XrefListOptions): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const wish = toXrefWish(options);
  let forgotten: XrefsPageAnswer['forgotten'];
  const found = await takeItems(limit, async (page) => {
    const { xrefs: items, next, ...rest } = await ask('listXrefs', { ...wish, ...pageInput(page) });
    forgotten = rest.forgotten;
    return { items, ...(next !== undefined && { next }) };
  });
  if (options.json) printJson(context, found);
  else if (found.length === 0) printLine(context, 'no id is known of such records');
  else printTable(context, xrefColumns, found.map(xrefRow));
  if (forgotten) printNote(context, auditText(forgotten));
  if (found.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
  return exit.clean;
}
