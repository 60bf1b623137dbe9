import { laneOf } from '../../engine/lanes/lane-batches.ts';
import { type DeadLetter, listErrors } from '../../store/errors/errors.ts';
import { type FoundSteps, findSteps, type KeptStep } from '../../store/history/find-steps.ts';
import { type KnownState, loadKnownState } from '../../store/journey/known-of.ts';
import { listHeldOf, listStagedOf, type Wait } from '../../store/journey/waits-of.ts';
import { allStates } from '../errors/error-filter.ts';
import type { FlowEnds } from './flow-ends.ts';
import { enoughSteps, type LookTools } from './look-for.ts';

/** All that is there of one record of one flow. */
export interface Way {
  readonly flow: string;
  readonly key: string;
  /** Absent: the flow is gone from the workspace, or has mistakes. */
  readonly ends?: FlowEnds;
  /** The oldest first. */
  readonly steps: readonly KeptStep[];
  /** What is older was not looked at. */
  readonly cutAt?: Date;
  readonly errors: readonly DeadLetter[];
  readonly waits: readonly Wait[];
  readonly known?: KnownState;
}

/** Blocks of history that are looked into for one record. */
const maxBlocks = 1_000;
const maxErrors = 100;

export async function loadWay(
  tools: LookTools,
  { flow, key }: { readonly flow: string; readonly key: string },
): Promise<Way> {
  const { db } = tools;
  const ends = tools.flows.get(flow);
  const isOwn = (step: KeptStep) => step.flow === flow && step.record.key === key;
  const [found, errors, held, staged, known] = await Promise.all([
    findOwn(tools, { flow, key }, isOwn),
    listErrors(db, { flow, key, states: allStates, limit: maxErrors }),
    listHeldOf(db, flow, key),
    ends ? listStagedOf(db, { flow, key, lane: laneOf(key, ends.lanes) }) : [],
    loadKnownState(db, { flow, scope: ends?.scope }, key),
  ]);
  return {
    ...{ flow, key, errors },
    ...(ends && { ends }),
    steps: found.steps.filter(isOwn).toReversed(),
    ...(found.cutAt && { cutAt: found.cutAt }),
    waits: [...held, ...staged],
    ...(known && { known }),
  };
}

/** What was found already, unless there was too much of it to find all. */
async function findOwn(
  { db, look }: LookTools,
  { flow, key }: { readonly flow: string; readonly key: string },
  isOwn: (step: KeptStep) => boolean,
): Promise<FoundSteps> {
  const seen = await look(key);
  const isEnough = (steps: readonly KeptStep[]) => steps.filter(isOwn).length >= enoughSteps;
  if (seen.cutAt === undefined || isEnough(seen.steps)) return seen;
  return await findSteps(db, { text: key, flow, maxBlocks, isEnough });
}
