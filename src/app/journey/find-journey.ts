import { loadRunHeads } from '../../store/journey/run-heads.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { distinctSightings } from '../search/distinct-sightings.ts';
import { requireWhole } from '../search/require-whole.ts';
import { type ToldHistory, tellHistory } from '../search/tell-history.ts';
import { listFlowEnds } from './flow-ends.ts';
import type { Journey, JourneyWish } from './journey.ts';
import { linkWays, recordName } from './link-ways.ts';
import { createLookTools, type LookTools, type Sighting } from './look-for.ts';
import { createNativeIds } from './native-ids.ts';
import { tellWays } from './tell-ways.ts';

/** A record that may be meant. */
export type Candidate = Sighting;

export interface FoundJourney {
  readonly text: string;
  /** What was done about the one that is meant; absent: there is none, or it is to be chosen among the candidates. */
  readonly journey?: Journey;
  /** What else the text may mean, the newest first. */
  readonly candidates: readonly Candidate[];
  readonly history: ToldHistory;
  readonly ending: 'found' | 'open' | 'choose' | 'nothing';
}

/** More are not listed. */
const maxCandidates = 50;

/** Where a record is and how it came there. Throws a Fault TL_ARGUMENT_INVALID for a flow that cannot be meant. */
export async function findJourney(open: OpenDatabase, wish: JourneyWish): Promise<FoundJourney> {
  const { text, flow, flows = 'all' } = wish;
  requireWhole(text);
  await requireKnownFlow(open, flow, flows);
  const workspace = await open.findWorkspace();
  const tools = createLookTools(open.db, listFlowEnds(workspace), flows);
  const seen = await tools.look(text);
  const fitting = distinctSightings(seen.found.filter((each) => fits(each, wish)));
  const meant = chooseMeant(fitting);
  const history = await tellHistory(open.db, { text, ...(seen.cutAt && { cutAt: seen.cutAt }) });
  if (meant.length === 0) {
    const ending = fitting.length === 0 ? 'nothing' : 'choose';
    return { text, candidates: fitting.slice(0, maxCandidates), history, ending };
  }
  const journey = await follow({ ...open, workspace }, { tools, meant, ...wish });
  const shown = new Set(journey.records.map(recordName));
  const candidates = fitting.filter((each) => !shown.has(recordName(each))).slice(0, maxCandidates);
  return { text, journey, candidates, history, ending: journey.isOpen ? 'open' : 'found' };
}

interface MeantRecords extends Pick<JourneyWish, 'payloads' | 'valuesOf'> {
  readonly tools: LookTools;
  readonly meant: readonly Sighting[];
}

async function follow(
  open: OpenDatabase & { readonly workspace: Workspace | undefined },
  { tools, meant, payloads, valuesOf = 'all' }: MeantRecords,
): Promise<Journey> {
  const ids = createNativeIds(open.workspace, open.clock);
  try {
    const linked = await linkWays({ ...tools, ids }, meant);
    const runs = await loadRunHeads(open.db, [
      ...new Set(linked.ways.flatMap(({ steps }) => steps.map(({ runId }) => runId))),
    ]);
    return await tellWays(open, { linked, runs, payloads, valuesOf });
  } finally {
    await ids.close();
  }
}

function fits({ flow, key }: Sighting, wish: JourneyWish): boolean {
  return (wish.flow === undefined || flow === wish.flow) && (wish.key === undefined || key === wish.key);
}

/** Those that the text names; of those that only mention it, one that is alone. */
function chooseMeant(fitting: readonly Sighting[]): readonly Sighting[] {
  const records = fitting.filter(({ match }) => match !== 'unread');
  const named = records.filter(({ match }) => match !== 'mention');
  if (named.length > 0) return named.slice(0, mostMeant);
  return records.length === 1 ? records : [];
}

/** A short number may name many things; those behind are among the candidates. */
const mostMeant = 10;
