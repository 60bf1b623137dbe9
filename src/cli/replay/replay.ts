import { Command } from 'commander';
import type { Runtime } from '../../app/open/runtime.ts';
import { followRun } from '../../app/runs/follow-run.ts';
import type { RunDocument } from '../../app/runs/run-document.ts';
import { startReplay } from '../../engine/runs/replay.ts';
import { groupErrors } from '../../store/errors/errors.ts';
import { countOpenErrors } from '../../store/errors/find-errors.ts';
import { listReplayable, listUnread, saveIdentified } from '../../store/errors/replays.ts';
import { countDrifts } from '../../store/shapes/drifts.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import {
  type ErrorFilterOptions,
  noneFits,
  openStates,
  requireFilter,
  toErrorFilter,
  withErrorFilter,
} from '../errors/error-filter.ts';
import { createLiveLines } from '../output/live-lines.ts';
import { printHint, printJson, printLine, printTable } from '../output/print.ts';
import { progressLine, runColumns, runRow } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';
import { exitCodeOf, withRuntime } from '../runs/run.ts';
import { byOption, whoOf } from '../who.ts';
import { acceptPatch, narrowToPatch } from './accept-patch.ts';
import { identifyAll, tellUnread } from './identify-all.ts';
import { loadPatch, type Patch, type PatchOptions, withPatchOptions } from './patch-options.ts';
import { planReplay } from './plan-replay.ts';

export interface ReplayCommandOptions extends ErrorFilterOptions, PatchOptions {
  readonly plan?: boolean;
  readonly samples: string;
  readonly by?: string;
}

export function replayCommand(context: Context, report: Report): Command {
  return withPatchOptions(withErrorFilter(withCommonOptions(new Command('replay'))))
    .summary('send failed records down the line again')
    .description(
      'Replays errors under the flow as it is now: all that fit the ids and filters. What is changed on the way stands until the source has a newer version of the record.',
    )
    .argument('[ids...]', 'ids of errors')
    .option('--plan', 'only say what would become of each record; writes nothing')
    .option('--samples <n>', 'with --plan, show so many records of each kind; --json has all', '20')
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane replay 17 18',
        'tradelane replay --flow orders-to-erp --code TL_VALIDATE_ENTITY --plan',
        'tradelane replay 17 --set \'FromUser.Username="C10001"\' --set LineItems[0].Quantity=2',
        'tradelane replay --flow orders-to-erp --patch customers.csv',
        `tradelane replay --code TL_VALIDATE_ENTITY --expression '{"FromUser": {"Username": "C10001"}}' --plan`,
      ),
    )
    .action(async (ids: string[], options: ReplayCommandOptions) => {
      const isByTable = options.patch?.toLowerCase().endsWith('.csv') === true;
      if (!isByTable) requireFilter(ids, options);
      const code = options.plan
        ? await planReplay(context, ids, options)
        : await withRuntime(context, options, (runtime) => replay(context, runtime, { ids, options }), {
            ownFlows: [],
          });
      report(code);
    });
}

interface Wanted {
  readonly ids: readonly string[];
  readonly options: ReplayCommandOptions;
}

async function replay(context: Context, runtime: Runtime, { ids, options }: Wanted): Promise<ExitCode> {
  const { engine, plans } = runtime;
  const patch = await loadPatch(context, options, plans.workspace());
  const typed = await toErrorFilter(context, engine.db, { ids, options, states: openStates });
  const filter = patch ? await narrowToPatch(context, engine.db, { filter: typed, patch, options }) : typed;
  const groups = await groupErrors(engine.db, filter);
  if (groups.length === 0) return await tellNone(context, runtime, options);
  // All flows are looked at before the first is started: a mistake in one of them changes nothing.
  const flows = [...new Set(groups.map(({ flow }) => flow))].map((flow) => plans.compile(flow));
  const { maxRecordBytes } = engine.limits;
  const identified = await identifyAll(
    await listUnread(engine.db, filter),
    flows.map(({ plan }) => plan),
    { maxRecordBytes, ...(patch && { edit: patch.edit }) },
  );
  const errors = patch ? [...(await listReplayable(engine.db, filter)), ...identified.records] : [];
  if (patch)
    await acceptPatch(
      context,
      { db: engine.db, patch, maxRecordBytes },
      flows.map(({ plan }) => plan),
      errors,
    );
  await saveIdentified(engine.db, identified.records);
  tellUnread(context, identified.rest);
  runtime.startWorking();
  const unread = new Set(identified.records.map(({ id }) => id));
  const asked = {
    filter: patch ? { ids: errors.map(({ id }) => id) } : filter,
    by: whoOf(context, options),
    unread,
  };
  const runs = await replayFlows(context, runtime, { flows, asked, patch });
  const drift = await countDrifts(engine.db, { runs: runs.map(({ run }) => run) });
  if (options.json) printJson(context, { runs, ...(drift.length > 0 && { drift }) });
  else if (runs.length === 0)
    printLine(
      context,
      'nothing to replay: there is no whole record to these errors, only what could not be read',
    );
  else printTable(context, runColumns, runs.map(runRow));
  printDriftNote(context, drift);
  return runs.map(exitCodeOf).reduce<ExitCode>((worst, code) => (code > worst ? code : worst), exit.clean);
}

async function tellNone(
  context: Context,
  { engine }: Runtime,
  options: ReplayCommandOptions,
): Promise<ExitCode> {
  if (options.json) printJson(context, { runs: [], open: await countOpenErrors(engine.db) });
  else printHint(context, `nothing to replay: ${await noneFits(engine.db, options)}`);
  return exit.clean;
}

interface Started {
  readonly flows: readonly ReturnType<Runtime['plans']['compile']>[];
  readonly asked: Omit<Parameters<typeof startReplay>[2], 'edit'>;
  readonly patch: Patch | undefined;
}

async function replayFlows(
  context: Context,
  runtime: Runtime,
  { flows, asked, patch }: Started,
): Promise<readonly RunDocument[]> {
  const live = createLiveLines(context);
  const documents: RunDocument[] = [];
  for (const flow of flows) {
    const id = await startReplay(runtime.engine, flow, { ...asked, ...(patch && { edit: patch.edit }) });
    if (id === undefined) continue;
    const show = (run: RunDocument) => live.show([progressLine(run)]);
    documents.push((await followRun(runtime, id, { show, stop: context.stop })).document);
  }
  live.end(context.stderr.isTTY ? [] : undefined);
  return documents;
}
