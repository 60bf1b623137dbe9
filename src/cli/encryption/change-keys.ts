import { encryptPayloads, renewKeys } from '../../app/encryption/keys.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { toSecond } from '../../app/status/needs.ts';
import type { Ask } from '../../client/create-client.ts';
import type { KeysListAnswer } from '../../contract/generated/endpoints.ts';
import { counted } from '../../contract/text/counted.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine, printNote, printTable } from '../output/print.ts';
import { whoOf } from '../who.ts';

export interface DecidingOptions extends CommonOptions {
  readonly by?: string;
}

export async function listKeys(context: Context, ask: Ask, options: AskingOptions): Promise<ExitCode> {
  const state = await ask('listKeys', {});
  if (options.json) printJson(context, state);
  else printState(context, state);
  return exit.clean;
}

function printState(context: Context, { operatorKeys, dataKeys, tables }: KeysListAnswer): void {
  const [first, ...others] = operatorKeys;
  if (first === undefined) printLine(context, 'payloads are kept in clear: no key was given');
  else {
    const also =
      others.length === 0
        ? ''
        : `; ${others.join(', ')} still ${others.length === 1 ? 'opens' : 'open'} what it has wrapped`;
    printLine(context, `key ${first} wraps what is new${also}`);
  }
  const columns = ['data key', 'for', 'wrapped by', 'made', 'until'].map((title) => ({ title }));
  const rows = dataKeys.map(({ id, purpose, wrappedBy, madeAt, retiredAt, destroyedAt }) => [
    id,
    purpose === 'lasting' ? 'searching' : 'values',
    destroyedAt ? '' : wrappedBy,
    toSecond(new Date(madeAt)),
    destroyedAt
      ? `destroyed ${toSecond(new Date(destroyedAt))}`
      : retiredAt
        ? `retired ${toSecond(new Date(retiredAt))}`
        : '',
  ]);
  if (rows.length > 0) printTable(context, columns, rows);
  const clear = tables.filter(({ inClear }) => inClear > 0);
  for (const { table, inClear, rows: all } of clear)
    printLine(context, `${table}: ${inClear} of ${all} in clear`);
  if (first !== undefined && clear.length > 0) printHint(context, 'tradelane keys encrypt encrypts them');
  else if (first !== undefined) printLine(context, 'nothing is in clear');
}

export async function rotate(context: Context, ask: Ask, options: AskingOptions): Promise<ExitCode> {
  const done = await ask('rotateKeys', {});
  if (options.json) printJson(context, done);
  else if (done.rotated === 0) printLine(context, `key ${done.key} has wrapped all data keys already`);
  else
    printLine(
      context,
      `${counted(done.rotated, 'data key')} wrapped by ${done.key}: no other is needed any more`,
    );
  return exit.clean;
}

export async function encryptPast(
  context: Context,
  open: OpenDatabase,
  options: DecidingOptions,
): Promise<ExitCode> {
  const tell = (rows: number) => {
    if (rows > 0 && rows % toldEach === 0) printNote(context, `${rows} rows …`);
  };
  const done = await encryptPayloads(open, { by: whoOf(context, options), stop: context.stop, tell });
  if (options.json) printJson(context, done);
  else printHint(context, `${counted(done.rows, 'row')} encrypted; ${afterwards[done.state]}`);
  return done.state === 'done' ? exit.clean : exit.findings;
}

const toldEach = 10_000;

const afterwards = {
  done: 'nothing is in clear any more',
  stopped: 'there are more: tradelane keys encrypt goes on from there',
  inUse: 'somebody was at history: tradelane keys encrypt goes on from there',
} as const;

export async function renew(
  context: Context,
  open: OpenDatabase,
  options: DecidingOptions,
): Promise<ExitCode> {
  const done = await renewKeys(open, { by: whoOf(context, options), stop: context.stop });
  const { destroyed, rows, isInUse } = done;
  if (options.json) printJson(context, { destroyed, rows, inUse: isInUse });
  else {
    printLine(
      context,
      `${counted(destroyed.length, 'data key')} destroyed, ${counted(rows, 'row')} encrypted anew`,
    );
    if (isInUse)
      printHint(
        context,
        'statements of others went on for too long: tradelane keys renew goes on from there',
      );
  }
  return isInUse ? exit.findings : exit.clean;
}
