import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask } from '../../client/create-client.ts';
import type { BulkAnswer } from '../../contract/generated/endpoints.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { bulkColumns, bulkRow, resultLines, tellRest } from './bulk-text.ts';

/** How often a server is asked, and after how long without any progress nobody waits any more. Milliseconds. */
const lookMs = { first: 100, longest: 2_000 };
const patienceMs = 60_000;

/**
 * Follows a set that a server's engine works, to its end, or to where nothing more happens for now; prints what became of
 * it. Who stops following does not stop the set.
 */
export async function followThere(
  context: Context,
  ask: Ask,
  { id, json }: { readonly id: number; readonly json: boolean },
): Promise<ExitCode> {
  const { clock, stop } = context;
  let seen = '';
  let since = clock.now();
  for (let ms = lookMs.first; ; ms = Math.min(2 * ms, lookMs.longest)) {
    const { audit: _shown, ...bulk } = (await ask('showBulk', { bulk: id, limit: 1 })).bulk;
    const now = [bulk.state, bulk.waiting, bulk.underWay, bulk.ended].join();
    if (now !== seen) since = clock.now();
    seen = now;
    if (isOver(bulk) || stop.aborted || clock.now() - since > patienceMs) return tell(context, bulk, json);
    await sleep(ms, undefined, { signal: stop }).catch(() => {});
  }
}

function isOver({ state }: BulkAnswer): boolean {
  return state === 'done' || state === 'stopped' || state === 'paused';
}

function tell(context: Context, bulk: BulkAnswer, json: boolean): ExitCode {
  if (json) printJson(context, { runs: [], bulk });
  else {
    printTable(context, bulkColumns, [bulkRow(bulk)]);
    for (const line of resultLines(bulk)) printLine(context, line);
  }
  for (const line of tellRest(bulk)) printNote(context, line);
  if (!isOver(bulk)) return exit.failed;
  const isClean = bulk.state !== 'paused' && bulk.results.every(({ result }) => result !== 'failed');
  return isClean ? exit.clean : exit.findings;
}
