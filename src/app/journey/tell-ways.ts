import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import type { RunHead } from '../../store/journey/run-heads.ts';
import { loadFlowNames } from '../errors/explain/flow-names.ts';
import { isOpenError } from '../errors/list-errors.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { coverPayloads, openCover, privateCover } from './cover-payloads.ts';
import type { Journey, JourneyWish, RecordJourney } from './journey.ts';
import type { JourneyStep } from './journey-step.ts';
import type { LinkedWays } from './link-ways.ts';
import type { Way } from './load-way.ts';
import { type OpenPayloads, openPayloads } from './open-payloads.ts';
import { createPinnedPlans, type PinnedPlans } from './pinned-plans.ts';
import { type ToldStep, tellSteps } from './tell-steps.ts';

export interface WaysToTell {
  readonly linked: LinkedWays;
  readonly runs: ReadonlyMap<number, RunHead>;
  readonly payloads: JourneyWish['payloads'];
  readonly valuesOf: FlowScope;
}

/** What happened to records, as it is shown. */
export async function tellWays(
  open: OpenDatabase,
  { linked, runs, payloads: asked, valuesOf }: WaysToTell,
): Promise<Journey> {
  const plans = createPinnedPlans(open);
  const namesOf = await loadFlowNames(
    open.db,
    linked.ways.map(({ flow }) => flow),
  );
  try {
    const records = await Promise.all(
      linked.ways.map(async (way): Promise<RecordJourney> => {
        const payloads = asked === 'values' && !isInScope(valuesOf, way.flow) ? 'covered' : asked;
        const told = await tellSteps(
          { db: open.db, namesOf, runs, showsPrivate: payloads === 'values' },
          way,
        );
        const steps =
          payloads === undefined
            ? told.map(({ step }) => step)
            : await withPayloads(told, { open, runs, plans, cover: covers[payloads] });
        return toRecord(way, steps);
      }),
    );
    const isOpen = records.some((record) => record.openErrors.length > 0);
    return { records: records.toSorted((a, b) => beganAt(a) - beganAt(b)), isCut: linked.isCut, isOpen };
  } finally {
    await plans.close();
  }
}

const covers = { covered: privateCover, values: openCover } as const;

function toRecord(
  { flow, key, ends, cutAt, waits, known, errors }: Way,
  steps: readonly JourneyStep[],
): RecordJourney {
  return {
    ...{ flow, key, steps, waits },
    ...(ends && { source: ends.source, target: ends.target }),
    ...(cutAt && { cutAt }),
    ...(known && { known }),
    openErrors: errors.filter(isOpenError).map(({ id }) => id),
  };
}

function beganAt({ steps, known }: RecordJourney): number {
  return (steps[0]?.at ?? known?.since)?.getTime() ?? Number.POSITIVE_INFINITY;
}

interface PayloadTools {
  readonly open: OpenDatabase;
  readonly runs: ReadonlyMap<number, RunHead>;
  readonly plans: PinnedPlans;
  readonly cover: typeof openCover;
}

/** What it was at each step that history keeps, and what had changed since the one before. */
async function withPayloads(
  told: readonly ToldStep[],
  { open, runs, plans, cover }: PayloadTools,
): Promise<readonly JourneyStep[]> {
  const steps: JourneyStep[] = [];
  let before: OpenPayloads | undefined;
  for (const { step, kept } of told) {
    if (kept === undefined || step.what !== 'outcome') {
      steps.push(step);
      continue;
    }
    const hash = runs.get(kept.runId)?.planHash ?? undefined;
    const plan = hash === undefined ? { why: 'its run is not kept any more' } : await plans.load(hash);
    const opened = await openPayloads(open.db, kept, plan);
    steps.push({ ...step, payloads: coverPayloads(opened, before, cover) });
    before = opened;
  }
  return steps;
}
