import type { Command } from 'commander';
import type { ErrorWish } from '../../app/errors/error-filter.ts';
import { openIfNone } from '../../app/errors/list-errors.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { parseTimeOption } from '../common-options.ts';
import type { CommonOptions } from '../context.ts';

/** Which errors are meant, as it is typed. */
export interface ErrorFilterOptions extends CommonOptions {
  readonly flow?: string;
  readonly code?: string;
  readonly key?: string;
  readonly text?: string;
  readonly message?: string;
  readonly since?: string;
  readonly inside?: string;
  readonly cause?: string;
  readonly assignee?: string;
  readonly tag?: string;
}

export function withErrorFilter(command: Command): Command {
  return command
    .option('--flow <name>', 'errors of this flow')
    .option('--code <code>', 'errors with this code')
    .option('--key <key>', 'errors of the record with this business key')
    .option(
      '--text <text>',
      'errors that have this value: an order number, an e-mail address, a SKU, an id at the target; or where none has just that, a part of one',
    )
    .option('--inside <text>', 'errors that have this anywhere in record, key or message')
    .option('--cause <id>', 'errors of this cause, such as C12')
    .option('--assignee <name>', 'errors that this person sees to')
    .option('--tag <tag>', 'errors with this tag')
    .option('--message <text>', 'errors whose message contains this')
    .option('--since <time>', 'errors since this time');
}

/** The filter that was typed. Throws a Fault TL_ARGUMENT_INVALID for what cannot be understood. */
export function toErrorWish(options: ErrorFilterOptions, ids: readonly string[] = []): ErrorWish {
  const { flow, code, key, text, inside, message, since, cause, assignee, tag } = options;
  for (const [name, value] of Object.entries({ text, inside }))
    if (value?.trim() === '')
      throw new Fault('TL_ARGUMENT_INVALID', `--${name}: expected some text, got nothing`);
  return {
    ...(ids.length > 0 && { ids: ids.map(parseId) }),
    ...(flow !== undefined && { flow }),
    ...(code !== undefined && { code }),
    ...(key !== undefined && { key }),
    ...(text !== undefined && { text }),
    ...(inside !== undefined && { inside }),
    ...(message !== undefined && { message }),
    ...(cause !== undefined && { causes: [parseCauseId(cause)] }),
    ...(assignee !== undefined && { assignee }),
    ...(tag !== undefined && { tag }),
    ...(since !== undefined && { since: parseTimeOption(since, '--since') }),
  };
}

/** The same as endpoints take it. */
export function toFilterInput(options: ErrorFilterOptions, ids: readonly string[] = []) {
  const { since, flows: _all, ...wish } = toErrorWish(options, ids);
  return { ...wish, ...(since !== undefined && { since: since.toISOString() }) };
}

/** `C12`, or `12` where only a cause can be meant. */
export function parseCauseId(text: string): number {
  if (/^[Cc]?\d{1,9}$/.test(text)) return Number(text.replace(/^[Cc]/, ''));
  throw new Fault('TL_ARGUMENT_INVALID', `a cause must be written as C12, got "${text}"`);
}

export function parseId(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `an id must be a whole number, got "${text}"; --key names the key of a record`,
  );
}

/** Nothing named is not the same as everything. */
export function requireFilter(ids: readonly string[], options: ErrorFilterOptions): void {
  if (ids.length > 0 || isNarrowed(options)) return;
  const ways = 'ids, or --flow, --code, --key, --text, --message, --since, --cause, --assignee, --tag';
  throw new Fault('TL_ARGUMENT_INVALID', `name the errors: ${ways}`);
}

/** That nothing fits does not say that all is well. */
export async function noneFits(open: OpenDatabase, options: ErrorFilterOptions): Promise<string> {
  const { open: count = 0 } = await openIfNone(open, []);
  return tellNoneFits(count, options);
}

/** @param count - errors that are open in all. */
export function tellNoneFits(count: number, options: ErrorFilterOptions): string {
  return count > 0 && isNarrowed(options)
    ? `no open error fits; ${counted(count, 'error')} ${count === 1 ? 'is' : 'are'} open: tradelane errors`
    : 'no open errors';
}

function isNarrowed(options: ErrorFilterOptions): boolean {
  const { flow, code, key, text, inside, message, since, cause, assignee, tag } = options;
  const all = [flow, code, key, text, inside, message, since, cause, assignee, tag];
  return all.some((each) => each !== undefined);
}
