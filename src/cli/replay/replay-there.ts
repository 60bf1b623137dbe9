import type { Ask } from '../../client/create-client.ts';
import type { PatchInput, ReplayPlanAnswer } from '../../contract/generated/endpoints.ts';
import type { Forecast } from '../../engine/forecast/forecast-record.ts';
import { withAsking } from '../asking/with-asking.ts';
import { madeLine } from '../bulks/bulk-text.ts';
import { followThere } from '../bulks/follow-there.ts';
import { parseCount } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { parseId, tellNoneFits, toFilterInput } from '../errors/error-filter.ts';
import { createSamples } from '../output/forecast-text.ts';
import { printHint, printJson, printLine, printNote } from '../output/print.ts';
import { loadPatchWish } from './patch-options.ts';
import { printReplayPlan } from './print-replay-forecast.ts';
import { type ReplayCommandOptions, toReplayWay } from './replay-options.ts';

/** Plans, or replays, over a server: its engine does it, and may go on when nobody here follows any more. */
export async function replayThere(
  context: Context,
  ids: readonly string[],
  options: ReplayCommandOptions,
): Promise<ExitCode> {
  const input = await toInput(context, ids, options);
  return await withAsking(context, options, async (ask) =>
    options.plan
      ? await plan(context, ask, { input, options })
      : await replay(context, ask, { input, options }),
  );
}

type Input = Awaited<ReturnType<typeof toInput>>;

async function toInput(context: Context, ids: readonly string[], options: ReplayCommandOptions) {
  const filter = toFilterInput(options);
  const { changes, isForced } = await loadPatchWish(context, options);
  const { flowOf, from } = toReplayWay(options);
  return {
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(ids.length > 0 && { ids: ids.map(parseId) }),
    ...(changes.length > 0 && { patch: changes as PatchInput, isForced }),
    ...(flowOf !== 'now' && { flowOf }),
    ...(from !== 'start' && { from }),
  };
}

interface There {
  readonly input: Input;
  readonly options: ReplayCommandOptions;
}

/** A document has so many records of each effect at the most. */
const mostSamples = 1_000;

async function plan(context: Context, ask: Ask, { input, options }: There): Promise<ExitCode> {
  const size = parseCount(options.samples, '--samples');
  const samples = options.json ? mostSamples : Math.min(size, mostSamples);
  const { notes = [], leftOut = [], open = 0, ...document } = await ask('planReplay', { ...input, samples });
  for (const note of notes) printNote(context, note);
  if (options.json) printJson(context, document);
  else if (document.replays.length === 0)
    printHint(context, `nothing to replay: ${tellNoneFits(open, options)}`);
  else printReplayPlan(context, document, (flow) => samplesOf(document, flow));
  for (const note of leftOut) printNote(context, note);
  const stays = document.flows.reduce((sum, { counts }) => sum + counts.fails + counts.blocked, 0);
  return stays > 0 ? exit.findings : exit.clean;
}

function samplesOf({ flows }: ReplayPlanAnswer, flow: string) {
  const samples = createSamples(Number.POSITIVE_INFINITY);
  samples.add((flows.find((each) => each.flow === flow)?.records ?? []) as readonly Forecast[]);
  return samples;
}

async function replay(context: Context, ask: Ask, { input, options }: There): Promise<ExitCode> {
  const { expect, reason, json = false } = options;
  const {
    bulk,
    notes = [],
    open,
  } = await ask('makeBulk', {
    kind: 'replay',
    ...input,
    ...(expect !== undefined && { expect }),
    ...(reason !== undefined && { reason }),
  });
  for (const note of notes) printNote(context, note);
  if (bulk === undefined) {
    if (json) printJson(context, { runs: [], ...(open !== undefined && { open }) });
    else printLine(context, `nothing to replay: ${tellNoneFits(open ?? 0, options)}`);
    return exit.clean;
  }
  if (!options.detach) return await followThere(context, ask, { id: bulk.bulk, json });
  if (json) printJson(context, { bulk });
  else printHint(context, madeLine(bulk));
  return exit.clean;
}
