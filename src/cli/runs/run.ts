import { Command } from 'commander';
import { loadFrom } from '../../app/open/load.ts';
import { openStore } from '../../app/open/open-store.ts';
import { requireFlow } from '../../app/open/require-flow.ts';
import { createRuntime, type Runtime } from '../../app/open/runtime.ts';
import { whileThere } from '../../app/open/watch-store.ts';
import { followReleased, releaseRuns } from '../../app/runs/follow-released.ts';
import { findForgottenRuns, findOpenRuns, followAll, followRun } from '../../app/runs/follow-run.ts';
import { type RunDocument, toRunDocument } from '../../app/runs/run-document.ts';
import { toNotes } from '../../app/runs/run-notes.ts';
import { Fault } from '../../contract/fault.ts';
import { startRun } from '../../engine/runs/start-run.ts';
import { hurryFlow } from '../../engine/waiting/hurry-flow.ts';
import { createLogger } from '../../observe/logger.ts';
import { listAbsences } from '../../store/runs/absences.ts';
import { loadRunNotes } from '../../store/runs/run-notes.ts';
import { loadRun, type RunOptions } from '../../store/runs/runs.ts';
import { countDrifts } from '../../store/shapes/drifts.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { noteAbsences } from '../output/absence-notes.ts';
import { createLiveLines } from '../output/live-lines.ts';
import { printJson, printNote, printTable } from '../output/print.ts';
import { progressLine, runColumns, runRow } from '../output/run-table.ts';
import { printDriftNote } from '../pending/drift.ts';
import { type ReadOptions, toRunOptions } from './read-options.ts';

type Options = CommonOptions & ReadOptions;

export function runCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('run'))
    .summary('run one flow to its end')
    .description('Runs one flow to its end: reads what changed since the last run, and delivers it.')
    .argument('<flow>', 'name of the flow')
    .option('--full', 'read everything, not only what changed')
    .option('--force', 'write again what is equal to what was delivered last')
    .option('--since <time>', 'read from this time on; the cursor stays where it is')
    .option('--until <time>', 'read up to this time; the cursor stays where it is')
    .option('--limit <n>', 'read so many records; the cursor stays where it is')
    .addHelpText('after', example('tradelane run orders-to-erp', 'tradelane run prices --full --json'))
    .action(async (flow: string, options: Options) => report(await run(context, flow, options)));
}

async function run(context: Context, flow: string, options: Options): Promise<ExitCode> {
  return await runFlow(context, options, { flow, asked: toRunOptions(options) });
}

export interface AskedRun {
  readonly flow: string;
  readonly asked: RunOptions;
  /** Called before anything is read. */
  readonly announce?: (runtime: Runtime) => Promise<void>;
}

/** One run of a flow to its end, with what was left behind by those before it. */
export async function runFlow(
  context: Context,
  options: CommonOptions,
  { flow, asked, announce }: AskedRun,
): Promise<ExitCode> {
  return await withRuntime(
    context,
    options,
    async (runtime) => {
      await announce?.(runtime);
      const released = await releaseRuns(runtime.engine, flow);
      runtime.startWorking();
      const forgotten = await findForgottenRuns(runtime.engine, flow);
      for (const each of forgotten) await runtime.engine.wake.run(each);
      const open = [...(await findOpenRuns(runtime.engine, flow)), ...forgotten];
      const earlier = [...open, ...released.filter((id) => !open.includes(id))];
      await hurryFlow(runtime.engine, flow);
      const id = await startRun(runtime.engine, runtime.plans.compile(flow), asked);
      return await watchRun(context, runtime, { flow, id, earlier, json: options.json === true });
    },
    { flow, ownFlows: [flow] },
  );
}

interface RuntimeWish {
  /** Must be one that can be run. */
  readonly flow?: string;
  /** As `RuntimeParts` has it. */
  readonly ownFlows?: readonly string[];
}

/** Opens what a run needs, and closes it again whatever happens. */
export async function withRuntime<T>(
  context: Context,
  options: CommonOptions,
  use: (runtime: Runtime) => Promise<T>,
  { flow, ownFlows }: RuntimeWish = {},
): Promise<T> {
  const dir = workspaceDir(context, options);
  const loaded = await loadFrom(context, dir);
  if (flow !== undefined) requireFlow(loaded, flow);
  const store = await openStore(context.env, dir);
  try {
    const log = createLogger('error', context.stderr);
    const runtime = createRuntime(context, { loaded, store, log, ...(ownFlows && { ownFlows }) });
    try {
      return await whileThere(runtime.gone, use(runtime));
    } finally {
      await runtime.close();
    }
  } finally {
    await store.close();
  }
}

interface Watched {
  readonly flow: string;
  readonly id: number;
  /** Runs of this flow that had left something behind when this one began. */
  readonly earlier: readonly number[];
  readonly json: boolean;
}

async function watchRun(
  context: Context,
  runtime: Runtime,
  { flow, id, earlier: before, json }: Watched,
): Promise<ExitCode> {
  const live = createLiveLines(context);
  const watch = { show: (run: RunDocument) => live.show([progressLine(run)]), stop: context.stop };
  const first = await followRun(runtime, id, watch);
  const isReleased = await followReleased(runtime, flow, context.stop);
  const followed = isReleased ? await followRun(runtime, id, watch) : first;
  const earlier = await followAll(runtime, before, watch);
  live.end(context.stderr.isTTY ? [] : undefined);
  const document = context.stop.aborted ? await stopRun(context, runtime, id) : followed.document;
  const drift = await countDrifts(runtime.engine.db, { runs: [...earlier, document].map(({ run }) => run) });
  const notes = (await loadRunNotes(runtime.engine.db, [document.run])).get(document.run);
  const told = notes === undefined ? [] : toNotes(notes);
  const absences = await listAbsences(
    runtime.engine.db,
    [...earlier, document].map(({ run }) => run),
  );
  const more = {
    ...(earlier.length > 0 && { earlier }),
    ...(drift.length > 0 && { drift }),
    ...(absences.length > 0 && { absences }),
    ...(told.length > 0 && { notes: told }),
  };
  if (json) printJson(context, { ...document, ...more });
  else printTable(context, runColumns, [...earlier, document].map(runRow));
  for (const run of [...earlier, document]) explain(context, run);
  noteAbsences(context, absences);
  printDriftNote(context, drift);
  for (const { message } of told) printNote(context, message);
  const codes = [exitCodeOf(document), ...earlier.map(exitCodeOfEarlier)];
  return codes.reduce((worst, code) => (code > worst ? code : worst));
}

/** Ctrl-C: what is under way comes to its end first, so that the counts are the last word. */
async function stopRun(context: Context, runtime: Runtime, id: number): Promise<RunDocument> {
  await runtime.close();
  const run = await loadRun(runtime.engine.db, id);
  if (!run) throw new Fault('TL_DEFECT', `run ${id} is gone`);
  const fault = {
    code: 'TL_RUN_STOPPED',
    message: 'stopped; the next run goes on from here',
  };
  return toRunDocument(run, context.clock.now(), fault);
}

function explain(context: Context, run: RunDocument): void {
  if (run.fault) printNote(context, `${run.fault.code}  ${run.fault.message}`);
  if (run.status === 'held') {
    const decide = `tradelane runs approve ${run.run}, or tradelane runs reject ${run.run} --reason TEXT`;
    printNote(context, `held for approval: ${decide}`);
  }
  if (run.status === 'waiting') {
    const { pending } = run.counts;
    const who = pending === 1 ? '1 record waits' : `${pending} records wait`;
    const what = pending === 1 ? 'it' : 'them';
    printNote(context, `${who}; the next run, or a running engine, delivers ${what}`);
    printNote(context, `why and until when: tradelane pending --flow ${run.flow}`);
  }
  const { blocked } = run.counts;
  if (blocked > 0) printNote(context, `${blocked} blocked: tradelane pending --flow ${run.flow}`);
  if (run.counts.failed > 0)
    printNote(context, `${run.counts.failed} failed: tradelane errors list --flow ${run.flow}`);
  if (run.stillOpen !== undefined)
    printNote(
      context,
      `${run.stillOpen} failed as before, unchanged: tradelane errors list --flow ${run.flow}`,
    );
}

/** That an earlier run was cut short does not matter any more, once its records have come to their end. */
function exitCodeOfEarlier({ status, counts, stillOpen = 0 }: RunDocument): ExitCode {
  if (status === 'waiting' || status === 'held') return exit.failed;
  return counts.failed + counts.blocked + stillOpen > 0 ? exit.findings : exit.clean;
}

export function exitCodeOf(run: RunDocument): ExitCode {
  if (['failed', 'waiting', 'held'].includes(run.status)) return exit.failed;
  return run.status === 'succeeded' ? exit.clean : exit.findings;
}
