import { isInScope } from '../../contract/flow-scope.ts';
import { listFlowEnds } from '../journey/flow-ends.ts';
import { createLookTools, type Sighting, type Sightings } from '../journey/look-for.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { ListedRun } from '../runs/list-runs.ts';
import { distinctSightings } from './distinct-sightings.ts';
import type { FoundSome, SearchWish } from './found-some.ts';
import { requireWhole } from './require-whole.ts';
import { type FoundCause, type FoundErrorHead, searchErrorsOf } from './search-errors.ts';
import { searchRuns } from './search-runs.ts';
import { type ToldHistory, tellHistory } from './tell-history.ts';

/** Everything that has a text, by kind, as far as whoever asks may see it. */
export interface SearchResult {
  readonly text: string;
  readonly records: FoundSome<Sighting>;
  readonly errors: FoundSome<FoundErrorHead>;
  readonly causes: FoundSome<FoundCause>;
  readonly runs: FoundSome<ListedRun>;
  readonly flows: FoundSome<{ readonly flow: string }>;
  readonly history: ToldHistory;
}

/** Throws a Fault TL_ARGUMENT_INVALID for what no record can have. */
export async function search(open: OpenDatabase, { text, flows, limit }: SearchWish): Promise<SearchResult> {
  requireWhole(text);
  const workspace = await open.findWorkspace();
  const tools = createLookTools(open.db, listFlowEnds(workspace), flows);
  const [seen, failed] = await Promise.all([
    tools.look(text),
    searchErrorsOf(open.db, { text, flows, limit }),
  ]);
  const names = [...(workspace?.flows.keys() ?? [])].filter((name) => isInScope(flows, name));
  const runs = [...new Set([...seen.steps.map(({ runId }) => runId), ...failed.runs])];
  return {
    text,
    records: toFound(recordsOf(seen), limit, seen.cutAt !== undefined),
    errors: failed.errors,
    causes: failed.causes,
    runs: await searchRuns(open, { text, flows, limit, runs, isCut: seen.cutAt !== undefined }),
    flows: toFound(namesWith(names, text), limit, false),
    history: await tellHistory(open.db, { text, ...(seen.cutAt && { cutAt: seen.cutAt }) }),
  };
}

export function toFound<Item>(all: readonly Item[], limit: number, isCut: boolean): FoundSome<Item> {
  return { count: all.length, ...(isCut && { isCut }), items: all.slice(0, limit) };
}

function recordsOf({ found }: Sightings): readonly Sighting[] {
  return distinctSightings(found);
}

function namesWith(names: readonly string[], text: string): readonly { readonly flow: string }[] {
  const wanted = text.trim().toLowerCase();
  return names
    .filter((name) => name.toLowerCase().includes(wanted))
    .toSorted()
    .map((flow) => ({ flow }));
}
