import { listBulkFlows, loadBulk } from '../../store/bulks/bulks.ts';
import type { Database } from '../../store/postgres/database.ts';
import {
  countOpenByFlow,
  findChangingBulks,
  findChangingRuns,
  loadNewestIds,
  type NewestIds,
} from '../../store/runs/changed-runs.ts';
import { loadRuns, type Run } from '../../store/runs/runs.ts';
import { listPauses, type Pause } from '../../store/waiting/pauses.ts';
import { hashDocuments, planDocuments } from '../../workspace/compile/plan-documents.ts';
import type { FlowEntry, Workspace } from '../../workspace/workspace.ts';
import { type BulkDocument, toBulkDocument } from '../bulks/bulk-document.ts';
import type { Runtime } from '../engine/runtime.ts';
import { coversFlow, loadFlowConnections } from '../pauses/flow-connections.ts';

/** How all stands of which changes are told, as far as it may change. */
export interface LiveState {
  readonly newest: NewestIds;
  readonly runs: ReadonlyMap<number, Run>;
  readonly bulks: ReadonlyMap<number, LiveBulk>;
  readonly errors: ReadonlyMap<string, number>;
  readonly pauses: ReadonlyMap<string, LivePause>;
  readonly workspace: Workspace;
  /** By flow: the hash of its files. */
  readonly files: ReadonlyMap<string, string>;
}

export interface LiveBulk {
  readonly document: Omit<BulkDocument, 'patch'>;
  readonly flows: readonly string[];
}

export interface LivePause {
  readonly pause: Pause;
  /** That stand still for it. */
  readonly flows: readonly string[];
}

/** More than these at once are told by nobody one by one. */
const most = 1_000;

/** How all stands now; of what cannot have changed since the look before, as that found it. */
export async function loadLiveState(
  { engine: { db }, plans }: Pick<Runtime, 'engine' | 'plans'>,
  before: LiveState | undefined,
): Promise<LiveState> {
  const newest = await loadNewestIds(db);
  const workspace = plans.workspace();
  const runs = await loadLiveRuns(db, before, newest);
  return {
    newest,
    runs,
    bulks: await loadLiveBulks(db, before, newest),
    errors: await loadErrors(db, before, { newest, runs }),
    pauses: await loadPauses(db, workspace),
    workspace,
    files: before?.workspace === workspace ? before.files : hashFiles(workspace),
  };
}

/** Those that were not over at the last look, are not over now, or have come since. */
async function loadLiveRuns(db: Database, before: LiveState | undefined, newest: NewestIds) {
  const ids = await findChangingRuns(db, before?.newest.run ?? newest.run, most);
  const open = [...(before?.runs.values() ?? [])].filter((run) => !isOverRun(run)).map(({ id }) => id);
  return await loadRuns(db, [...new Set([...ids, ...open])]);
}

export function isOverRun({ status }: Pick<Run, 'status'>): boolean {
  return status !== 'queued' && status !== 'running' && status !== 'held';
}

async function loadLiveBulks(db: Database, before: LiveState | undefined, newest: NewestIds) {
  const ids = await findChangingBulks(db, before?.newest.bulk ?? newest.bulk, most);
  const active = [...(before?.bulks.values() ?? [])]
    .filter(({ document: { state } }) => state === 'waiting' || state === 'running')
    .map(({ document }) => document.bulk);
  const bulks = new Map<number, LiveBulk>();
  for (const id of new Set([...ids, ...active])) {
    const bulk = await loadBulk(db, id);
    if (bulk === undefined) continue;
    const { patch: _private, ...document } = await toBulkDocument(db, bulk);
    bulks.set(id, { document, flows: before?.bulks.get(id)?.flows ?? (await listBulkFlows(db, id)) });
  }
  return bulks;
}

/** Errors change as records come to their end, or as a person decides, who is in the audit. */
async function loadErrors(
  db: Database,
  before: LiveState | undefined,
  { newest, runs }: Pick<LiveState, 'newest' | 'runs'>,
): Promise<LiveState['errors']> {
  const isAsBefore =
    before !== undefined &&
    before.newest.entry === newest.entry &&
    [...runs.values()].every((run) => markOfRun(before.runs.get(run.id)) === markOfRun(run));
  return isAsBefore ? before.errors : await countOpenByFlow(db);
}

/** The same as long as there is nothing to tell of it. */
export function markOfRun(run: Run | undefined): string {
  return run === undefined ? '' : `${run.status} ${Object.values(run.counts).join(' ')} ${run.stillOpen}`;
}

async function loadPauses(db: Database, workspace: Workspace): Promise<LiveState['pauses']> {
  const pauses = await listPauses(db);
  if (pauses.length === 0) return new Map();
  const ends = await loadFlowConnections(db, workspace, [...workspace.flows.keys()]);
  return new Map(
    pauses.map((pause) => {
      const flows = [...ends.keys()].filter((flow) => coversFlow(pause, flow, ends));
      return [`${pause.kind} ${pause.name}`, { pause, flows: pause.kind === 'flow' ? [pause.name] : flows }];
    }),
  );
}

function hashFiles(workspace: Workspace): LiveState['files'] {
  return new Map([...workspace.flows].map(([flow, entry]) => [flow, hashOf(workspace, flow, entry)]));
}

function hashOf(workspace: Workspace, flow: string, { file, value }: FlowEntry): string {
  // Of one with mistakes it is not known what it is made of.
  const own = workspace.files.get(file);
  const isRead = typeof value === 'object' && value !== null;
  return hashDocuments(isRead ? planDocuments(workspace, flow) : own === undefined ? [] : [own]);
}
