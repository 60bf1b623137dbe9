import { maxPage } from '../../app/lists/page.ts';
import type { Ask } from '../../client/create-client.ts';
import { Fault } from '../../contract/fault.ts';
import type { AuditListAnswer, ListAuditInput } from '../../contract/generated/endpoints.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import { parseCount, parseLimit, parseTimeOption } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { parseCauseId } from '../errors/error-filter.ts';
import { whoText } from '../output/audit-text.ts';
import { type Column, printJson, printLine, printNote, printTable } from '../output/print.ts';

export interface AuditListOptions extends AskingOptions {
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

export async function listAudit(context: Context, ask: Ask, options: AuditListOptions): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  if (limit > maxPage)
    throw new Fault('TL_ARGUMENT_INVALID', `--limit must be ${maxPage} or less, got "${options.limit}"`);
  const cursor = options.cursor === undefined ? {} : { cursor: options.cursor };
  const page = await ask('listAudit', { ...toWish(options), limit, ...cursor });
  if (options.json) printJson(context, page);
  else if (page.entries.length === 0) printLine(context, 'nothing was decided that fits');
  else printTable(context, columns, page.entries.map(rowOf));
  if (page.next && !options.json)
    printNote(context, `the newest ${limit}; --limit shows more, --cursor ${page.next} goes on`);
  return exit.clean;
}

function toWish(options: AuditListOptions): ListAuditInput {
  const { by, deed, flow, key, name, cause, since, until } = options;
  const counts = (['run', 'error', 'set', 'drift'] as const).flatMap((each) => {
    const text = options[each];
    return text === undefined ? [] : [[each, parseCount(text, `--${each}`)] as const];
  });
  return {
    ...(by !== undefined && { by }),
    ...(deed !== undefined && { deed }),
    ...(flow !== undefined && { flow }),
    ...(key !== undefined && { key }),
    ...(name !== undefined && { name }),
    ...Object.fromEntries(counts),
    ...(cause !== undefined && { cause: parseCauseId(cause) }),
    ...(since !== undefined && { since: parseTimeOption(since, '--since').toISOString() }),
    ...(until !== undefined && { until: parseTimeOption(until, '--until').toISOString() }),
  };
}

type Entry = AuditListAnswer['entries'][number];

const columns: readonly Column[] = [
  { title: 'no', align: 'right', isName: true },
  { title: 'at' },
  { title: 'by' },
  { title: 'deed' },
  { title: 'flow' },
  { title: 'about' },
  { title: 'reason' },
];

function rowOf({ position, at, by, via, deed, flow, run, count, reason, about, erased }: Entry) {
  const what = [
    ...(run === undefined ? [] : [`run ${run}`]),
    ...aboutText(about),
    ...(count === undefined ? [] : [`(${count})`]),
    ...(erased ? ['(something of it is erased)'] : []),
  ];
  return [
    ...[String(position), at.slice(0, 19).replace('T', ' ')],
    `${whoText(by)}${via === undefined ? '' : `, ${via}`}`,
    ...[deed, flow ?? '-', what.join(' ') || '-', reason ?? '-'],
  ];
}

/** What an entry is about, in few words: all of it is in the document. */
function aboutText({ errors, causes, drifts, bulk, keys, name }: Entry['about']): readonly string[] {
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
