import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { mergeWith } from '../engine/patch/edits.ts';
import { startReplay } from '../engine/replay.ts';
import { countDrifts } from '../store/drifts.ts';
import { type ErrorFilter, groupErrors, listErrors } from '../store/errors.ts';
import { hintFor } from '../workspace/text/suggest.ts';
import { example, type Report, withCommonOptions } from './common-options.ts';
import { type Context, type ExitCode, exit } from './context.ts';
import { noteDrift } from './drift.ts';
import { type FilterOptions, requireFilter, toErrorFilter, withErrorFilter } from './errors.ts';
import { followRun, progressLine } from './follow-run.ts';
import { createLiveLines } from './output/live-lines.ts';
import { printJson, printLine, printTable } from './output/print.ts';
import { type RunDocument, runColumns, runRow } from './output/run-document.ts';
import { exitCodeOf, withRuntime } from './run.ts';
import type { Runtime } from './runtime.ts';
import { byOption, whoOf } from './who.ts';

interface Options extends FilterOptions {
  readonly plan?: boolean;
  readonly patch?: string;
  readonly by?: string;
}

export function replayCommand(context: Context, report: Report): Command {
  return withErrorFilter(withCommonOptions(new Command('replay')))
    .summary('send failed records down the line again')
    .description('Replays errors under the flow as it is now: all that fit the ids and filters.')
    .argument('[ids...]', 'ids of errors')
    .option('--plan', 'only say what would be replayed')
    .option('--patch <file>', 'change each record first: a JSON Merge Patch over the record as it was read')
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane replay 17 18',
        'tradelane replay --flow orders-to-erp --code TL_VALIDATE_ENTITY',
        `echo '{"FromUser":{"Username":"C10001"}}' > fix.json && tradelane replay 17 --patch fix.json`,
      ),
    )
    .action(async (ids: string[], options: Options) => {
      const filter = toErrorFilter(ids, options);
      requireFilter(filter);
      const patch = options.patch === undefined ? undefined : await loadPatch(context, options.patch);
      report(
        await withRuntime(context, options, (runtime) =>
          replay(context, runtime, { filter, patch, options, by: whoOf(context, options) }),
        ),
      );
    });
}

interface Wanted {
  readonly filter: ErrorFilter;
  readonly patch: JsonObject | undefined;
  readonly by: string;
}

async function loadPatch(context: Context, file: string): Promise<JsonObject> {
  try {
    const patch: unknown = JSON.parse(await readFile(resolve(context.cwd, file), 'utf8'));
    if (isJsonObject(patch)) return patch;
  } catch (cause) {
    const { message } = cause as Error;
    throw new Fault('TL_ARGUMENT_INVALID', `--patch ${file}: expected a JSON object, got: ${message}`, {
      cause,
    });
  }
  throw new Fault('TL_ARGUMENT_INVALID', `--patch ${file}: expected a JSON object that says what to change`);
}

async function replay(
  context: Context,
  runtime: Runtime,
  { filter, patch, by, options }: Wanted & { readonly options: Options },
): Promise<ExitCode> {
  await requireKnown(runtime, filter);
  const groups = await groupErrors(runtime.engine.db, filter);
  if (groups.length === 0 || options.plan) {
    if (options.json) printJson(context, options.plan ? { replays: groups } : { runs: [] });
    else if (groups.length === 0) printLine(context, 'no open error fits: nothing to replay');
    for (const { count, flow, code } of options.json ? [] : groups)
      printLine(context, `${count}  ${flow}  ${code}`);
    return exit.clean;
  }
  runtime.startWorking();
  const runs = await replayFlows(context, runtime, {
    filter,
    patch,
    by,
    flows: [...new Set(groups.map(({ flow }) => flow))],
  });
  const drift = await countDrifts(runtime.engine.db, { runs: runs.map(({ run }) => run) });
  if (options.json) printJson(context, { runs, ...(drift.length > 0 && { drift }) });
  else if (runs.length === 0)
    printLine(
      context,
      'nothing to replay: there is no whole record to these errors, only what could not be read',
    );
  else printTable(context, runColumns, runs.map(runRow));
  noteDrift(context, drift);
  return runs.map(exitCodeOf).reduce<ExitCode>((worst, code) => (code > worst ? code : worst), exit.clean);
}

/** Ids are meant one by one: a replay of some of them would hide the mistake. */
async function requireKnown({ engine, plans }: Runtime, filter: ErrorFilter): Promise<void> {
  const { ids, flow } = filter;
  if (flow !== undefined && !plans.workspace().flows.has(flow)) {
    const hint = hintFor(flow, [...plans.workspace().flows.keys()].sort()) ?? 'there are none in flows/';
    throw new Fault('TL_ARGUMENT_INVALID', `no flow "${flow}" in this workspace; ${hint}`);
  }
  if (ids === undefined) return;
  const open = await listErrors(engine.db, { ids, states: ['open', 'replaying'], limit: ids.length });
  const missing = ids.filter((id) => !open.some((error) => error.id === id));
  if (missing.length === 0) return;
  throw new Fault('TL_ARGUMENT_INVALID', `no open error has the id ${missing.join(', ')}`);
}

async function replayFlows(
  context: Context,
  runtime: Runtime,
  { filter, patch, by, flows }: Wanted & { readonly flows: readonly string[] },
): Promise<readonly RunDocument[]> {
  // All flows are looked at before the first is started: a mistake in one of them changes nothing.
  const compiled = flows.map((flow) => runtime.plans.compile(flow));
  const live = createLiveLines(context);
  const documents: RunDocument[] = [];
  for (const flow of compiled) {
    const id = await startReplay(runtime.engine, flow, {
      filter,
      by,
      ...(patch && { edit: mergeWith(patch) }),
    });
    if (id === undefined) continue;
    const show = (run: RunDocument) => live.show([progressLine(run)]);
    documents.push((await followRun(runtime.engine, id, { show, stop: context.stop })).document);
  }
  live.end(context.stderr.isTTY ? [] : undefined);
  return documents;
}
