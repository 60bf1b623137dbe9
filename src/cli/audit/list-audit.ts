import { type AuditWish, pageAudit } from '../../app/audit/page-audit.ts';
import { maxPage } from '../../app/lists/page.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { Fault } from '../../contract/fault.ts';
import type { AuditSubject } from '../../store/audit/keep-entry.ts';
import type { ChainedEntry } from '../../store/audit/page-entries.ts';
import { parseCount, parseLimit, parseTimeOption } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { parseCauseId } from '../errors/error-filter.ts';
import { whoText } from '../output/audit-text.ts';
import { type Column, printJson, printLine, printNote, printTable } from '../output/print.ts';

export interface AuditListOptions extends CommonOptions {
  readonly by?: string;
  readonly deed?: string;
  readonly flow?: string;
  readonly run?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly set?: string;
  readonly drift?: string;
  readonly key?: string;
  readonly name?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly cursor?: string;
}

export async function listAudit(
  context: Context,
  open: OpenDatabase,
  options: AuditListOptions,
): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  if (limit > maxPage)
    throw new Fault('TL_ARGUMENT_INVALID', `--limit must be ${maxPage} or less, got "${options.limit}"`);
  const page = await pageAudit(open, toWish(options), { limit, cursor: options.cursor });
  if (options.json) printJson(context, { entries: page.items, ...(page.next && { next: page.next }) });
  else if (page.items.length === 0) printLine(context, 'nothing was decided that fits');
  else printTable(context, columns, page.items.map(rowOf));
  if (page.next && !options.json)
    printNote(context, `the newest ${limit}; --limit shows more, --cursor ${page.next} goes on`);
  return exit.clean;
}

function toWish({ run, error, cause, set, drift, since, until, ...said }: AuditListOptions): AuditWish {
  const { by, deed, flow, key, name } = said;
  const count = (text: string | undefined, option: string) =>
    text === undefined ? undefined : parseCount(text, option);
  return {
    ...{ by, deed, flow, key, name },
    ...{ run: count(run, '--run'), error: count(error, '--error') },
    ...{ set: count(set, '--set'), drift: count(drift, '--drift') },
    cause: cause === undefined ? undefined : parseCauseId(cause),
    since: since === undefined ? undefined : parseTimeOption(since, '--since'),
    until: until === undefined ? undefined : parseTimeOption(until, '--until'),
  };
}

const columns: readonly Column[] = [
  { title: 'no', align: 'right', isName: true },
  { title: 'at' },
  { title: 'by' },
  { title: 'deed' },
  { title: 'flow' },
  { title: 'about' },
  { title: 'reason' },
];

function rowOf({ position, at, by, via, deed, flow, run, count, reason, about, erased }: ChainedEntry) {
  const what = [
    ...(run === undefined ? [] : [`run ${run}`]),
    ...aboutText(about),
    ...(count === undefined ? [] : [`(${count})`]),
    ...(erased ? ['(something of it is erased)'] : []),
  ];
  return [
    ...[String(position), at.toISOString().slice(0, 19).replace('T', ' ')],
    `${whoText(by)}${via === undefined ? '' : `, ${via}`}`,
    ...[deed, flow ?? '-', what.join(' ') || '-', reason ?? '-'],
  ];
}

/** What an entry is about, in few words: all of it is in the document. */
function aboutText({ errors, causes, drifts, bulk, keys, name }: AuditSubject): readonly string[] {
  const some = (word: string, all: readonly (string | number)[] = []) =>
    all.length === 0 ? [] : [`${word} ${all.slice(0, 3).join(', ')}${all.length > 3 ? ', …' : ''}`];
  return [
    ...some('error', errors),
    ...some(
      'cause',
      causes?.map((id) => `C${id}`),
    ),
    ...some('drift', drifts),
    ...some('set', bulk === undefined ? [] : [bulk]),
    ...some('key', keys),
    ...(name === undefined ? [] : [name]),
  ];
}
