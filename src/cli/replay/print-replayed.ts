import type { BulkWatch } from '../../app/bulks/follow-bulk.ts';
import type { Replayed } from '../../app/replay/replay-errors.ts';
import { bulkColumns, bulkRow, tellRest } from '../bulks/bulk-text.ts';
import type { Context } from '../context.ts';
import { createRunWatch } from '../output/live-lines.ts';
import { printJson, printNote, printTable } from '../output/print.ts';
import { runColumns, runRow } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';

/** Progress of a set, for whoever follows it. */
export function createReplayWatch(context: Context, id: number): { readonly watch: BulkWatch; end(): void } {
  const { watch, end } = createRunWatch(context);
  const tellAhead = (ids: readonly number[]) => {
    const ahead = ids.map((each) => `set ${each}`).join(', ');
    printNote(context, `set ${id} waits for ${ahead}: one replay at a time writes to a system`);
  };
  return { watch: { ...watch, tellAhead }, end };
}

export function printReplayed(
  context: Context,
  { bulk, runs, drift }: Replayed,
  options: { readonly json?: boolean },
): void {
  if (options.json) printJson(context, { runs, ...(drift.length > 0 && { drift }), bulk });
  else if (runs.length > 0) printTable(context, runColumns, runs.map(runRow));
  else printTable(context, bulkColumns, [bulkRow(bulk)]);
  for (const line of tellRest(bulk)) printNote(context, line);
  printDriftNote(context, drift);
}
