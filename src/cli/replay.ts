import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { planReplay, startReplay } from '../engine/replay.ts';
import type { ErrorFilter } from '../store/errors.ts';
import { example, type Report, withCommonOptions } from './common-options.ts';
import { type Context, type ExitCode, exit } from './context.ts';
import { type FilterOptions, requireFilter, toErrorFilter, withErrorFilter } from './errors.ts';
import { followRun, progressLine } from './follow-run.ts';
import { createLiveLines } from './output/live-lines.ts';
import { formatTable, printJson, printLine } from './output/print.ts';
import { type RunDocument, runColumns, runRow } from './output/run-document.ts';
import { exitCodeOf, withRuntime } from './run.ts';
import type { Runtime } from './runtime.ts';

interface Options extends FilterOptions {
  readonly plan?: boolean;
  readonly patch?: string;
}

export function replayCommand(context: Context, report: Report): Command {
  return withErrorFilter(withCommonOptions(new Command('replay')))
    .summary('send failed records down the line again')
    .description('Replays errors under the flow as it is now: all that fit the ids and filters.')
    .argument('[ids...]', 'ids of errors')
    .option('--plan', 'only say what would be replayed')
    .option('--patch <file>', 'change each record first: a JSON Merge Patch over the record as it was read')
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
          replay(context, runtime, { filter, patch, options }),
        ),
      );
    });
}

interface Wanted {
  readonly filter: ErrorFilter;
  readonly patch: JsonObject | undefined;
}

async function loadPatch(context: Context, file: string): Promise<JsonObject> {
  try {
    const patch: unknown = JSON.parse(await readFile(resolve(context.cwd, file), 'utf8'));
    if (isJsonObject(patch)) return patch;
  } catch (cause) {
    const { message } = cause as Error;
    throw new Fault('TL_WORKSPACE_INVALID', `--patch ${file}: expected a JSON object, got: ${message}`, {
      cause,
    });
  }
  throw new Fault('TL_WORKSPACE_INVALID', `--patch ${file}: expected a JSON object that says what to change`);
}

async function replay(
  context: Context,
  runtime: Runtime,
  { filter, patch, options }: Wanted & { readonly options: Options },
): Promise<ExitCode> {
  const groups = await planReplay(runtime.engine, filter);
  if (options.plan) {
    if (options.json) printJson(context, { replays: groups });
    else for (const { count, flow, code } of groups) printLine(context, `${count}  ${flow}  ${code}`);
    return exit.clean;
  }
  runtime.startWorking();
  const runs = await replayFlows(context, runtime, {
    filter,
    patch,
    flows: [...new Set(groups.map(({ flow }) => flow))],
  });
  if (options.json) printJson(context, { runs });
  else if (runs.length === 0) printLine(context, 'no error fits: nothing to replay');
  else printLine(context, formatTable(runColumns, runs.map(runRow)));
  return runs.map(exitCodeOf).reduce<ExitCode>((worst, code) => (code > worst ? code : worst), exit.clean);
}

async function replayFlows(
  context: Context,
  runtime: Runtime,
  { filter, patch, flows }: Wanted & { readonly flows: readonly string[] },
): Promise<readonly RunDocument[]> {
  // All flows are looked at before the first is started: a mistake in one of them changes nothing.
  const compiled = flows.map((flow) => runtime.plans.compile(flow));
  const live = createLiveLines(context);
  const documents: RunDocument[] = [];
  for (const flow of compiled) {
    const id = await startReplay(runtime.engine, flow, { filter, ...(patch && { patch }) });
    if (id === undefined) continue;
    const show = (run: RunDocument) => live.show([progressLine(run)]);
    documents.push((await followRun(runtime.engine, id, { show, stop: context.stop })).document);
  }
  live.end(context.stderr.isTTY ? [] : undefined);
  return documents;
}
