import { Fault } from '../../contract/fault.ts';
import { whyNoName } from '../../contract/text/record-bounds.ts';
import { isSearchable } from '../../store/history/find-steps.ts';
import { historySince } from '../../store/journey/history-since.ts';
import { loadRunHeads } from '../../store/journey/run-heads.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';
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
  readonly history: {
    /** The oldest that is kept; `null`: nothing is. */
    readonly since: Date | null;
    /** Before this, it was not looked at. */
    readonly cutAt?: Date;
    /** Too short, too long, an address, a moment: only keys and ids are found by it. */
    readonly isUnsearchable?: true;
  };
  readonly ending: 'found' | 'open' | 'choose' | 'nothing';
}

/** More are not listed. */
const maxCandidates = 50;

/** Where a record is and how it came there. Throws a Fault TL_ARGUMENT_INVALID for a flow that cannot be meant. */
export async function findJourney(open: OpenDatabase, wish: JourneyWish): Promise<FoundJourney> {
  const { text, flow } = wish;
  if (text.trim() === '') throw new Fault('TL_ARGUMENT_INVALID', 'text: expected some text, got nothing');
  const why = whyNoName(text);
  if (why !== undefined) throw new Fault('TL_ARGUMENT_INVALID', `text: what is looked for ${why}`);
  await requireKnownFlow(open, flow);
  const workspace = await open.findWorkspace();
  const tools = createLookTools(open.db, listFlowEnds(workspace));
  const seen = await tools.look(text);
  const fitting = distinct(seen.found.filter((each) => fits(each, wish)));
  const meant = chooseMeant(fitting);
  const history = {
    since: await historySince(open.db),
    ...(seen.cutAt && { cutAt: seen.cutAt }),
    ...(!isSearchable(text) && { isUnsearchable: true as const }),
  };
  if (meant.length === 0) {
    const ending = fitting.length === 0 ? 'nothing' : 'choose';
    return { text, candidates: fitting.slice(0, maxCandidates), history, ending };
  }
  const journey = await follow({ ...open, workspace }, { tools, meant, payloads: wish.payloads });
  const shown = new Set(journey.records.map(recordName));
  const candidates = fitting.filter((each) => !shown.has(recordName(each))).slice(0, maxCandidates);
  return { text, journey, candidates, history, ending: journey.isOpen ? 'open' : 'found' };
}

interface MeantRecords extends Pick<JourneyWish, 'payloads'> {
  readonly tools: LookTools;
  readonly meant: readonly Sighting[];
}

async function follow(
  open: OpenDatabase & { readonly workspace: Workspace | undefined },
  { tools, meant, payloads }: MeantRecords,
): Promise<Journey> {
  const ids = createNativeIds(open.workspace, open.clock);
  try {
    const linked = await linkWays({ ...tools, ids }, meant);
    const runs = await loadRunHeads(open.db, [
      ...new Set(linked.ways.flatMap(({ steps }) => steps.map(({ runId }) => runId))),
    ]);
    return await tellWays(open, { linked, runs, payloads });
  } finally {
    await ids.close();
  }
}

function fits({ flow, key }: Sighting, wish: JourneyWish): boolean {
  return (wish.flow === undefined || flow === wish.flow) && (wish.key === undefined || key === wish.key);
}

/** Each record once, by what says most of it; the newest first. */
function distinct(found: readonly Sighting[]): readonly Sighting[] {
  const byName = Map.groupBy(found, recordName);
  const best = [...byName.values()].map((some) => {
    const [first] = some.toSorted((a, b) => matches.indexOf(a.match) - matches.indexOf(b.match));
    const newest = some.reduce((a, b) => (a.at > b.at ? a : b));
    return { ...newest, match: first?.match ?? newest.match };
  });
  return best.toSorted(
    (a, b) => matches.indexOf(a.match) - matches.indexOf(b.match) || b.at.getTime() - a.at.getTime(),
  );
}

const matches: readonly Sighting['match'][] = ['key', 'id', 'mention', 'unread'];

/** Those that the text names; of those that only mention it, one that is alone. */
function chooseMeant(fitting: readonly Sighting[]): readonly Sighting[] {
  const records = fitting.filter(({ match }) => match !== 'unread');
  const named = records.filter(({ match }) => match !== 'mention');
  if (named.length > 0) return named.slice(0, mostMeant);
  return records.length === 1 ? records : [];
}

/** A short number may name many things; those behind are among the candidates. */
const mostMeant = 10;
