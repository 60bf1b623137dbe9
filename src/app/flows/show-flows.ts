import { Fault } from '../../contract/fault.ts';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { listPlanVersions, loadPlanVersion } from '../../store/runs/plan-versions.ts';
import type { Finding } from '../../workspace/finding.ts';
import type { FlowEntry, Workspace } from '../../workspace/workspace.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type ScheduleView, schedulesOf } from '../schedule/schedules.ts';
import { loadWholeStatus, toStatusDocument } from '../status/status.ts';
import { filesOfFlow, type ShownFile, toShown } from './flow-files.ts';
import { endsSaid, type FlowEndsSaid } from './flow-glance.ts';

type StatusOfFlow = ReturnType<typeof toStatusDocument>['flows'][number];

/** A flow at a glance. */
export interface FlowGlance extends FlowEndsSaid {
  readonly flow: string;
  readonly schedule?: ScheduleView;
  readonly status: StatusOfFlow;
}

/** Flows of the workspace, and those that are gone from it while something of theirs is left. */
export async function listFlows(open: OpenDatabase, scope: FlowScope): Promise<readonly FlowGlance[]> {
  const workspace = await open.findWorkspace();
  const { flows } = toStatusDocument(await loadWholeStatus(open, scope));
  const schedules = new Map(
    schedulesOf(workspace?.flows.values() ?? [], open.clock.now()).map((each) => [each.flow, each]),
  );
  return flows.map((status) => {
    const schedule = schedules.get(status.flow);
    const said = endsSaid(workspace?.flows.get(status.flow));
    return { flow: status.flow, ...said, ...(schedule && { schedule }), status };
  });
}

export interface ShownFlow extends FlowGlance {
  /** Where its file is; absent: it is not in the workspace any more. */
  readonly file?: string;
  readonly files: readonly ShownFile[];
  readonly findings: readonly Finding[];
}

/** Throws a Fault TL_NOT_FOUND for one that is not there. */
export async function showFlow(open: OpenDatabase, flow: string): Promise<ShownFlow> {
  const [glance] = await listFlows(open, [flow]);
  if (glance === undefined) throw new Fault('TL_NOT_FOUND', `there is no flow "${flow}"`);
  const workspace = await open.findWorkspace();
  const entry = workspace?.flows.get(flow);
  if (workspace === undefined || entry === undefined) return { ...glance, files: [], findings: [] };
  const files = filesOfFlow(workspace, entry);
  const paths = new Set(files.flatMap(({ path, text }) => (text === undefined ? [] : [path])));
  const findings = workspace.findings.filter((finding) => paths.has(finding.file));
  return { ...glance, file: entry.file, files, findings };
}

/** The file of a flow, to work something out of it. Throws a Fault TL_NOT_FOUND for one that is not there. */
export function requireEntry({ flows }: Workspace, flow: string): FlowEntry {
  const entry = flows.get(flow);
  if (entry) return entry;
  throw new Fault('TL_NOT_FOUND', `there is no flow "${flow}" in the workspace`);
}

/** So many are told. */
const mostVersions = 200;

/** How a flow was, by the hash of its files, and when it was run like that; the newest first. */
export async function listVersions({ db }: Pick<OpenDatabase, 'db'>, flow: string) {
  const found = await listPlanVersions(db, flow, mostVersions);
  return found.map(({ firstUsedAt, lastUsedAt, ...version }) => ({
    ...version,
    ...(firstUsedAt && { firstUsedAt }),
    ...(lastUsedAt && { lastUsedAt }),
  }));
}

/** The files of a version, but for those that all flows share. Throws a Fault TL_NOT_FOUND for one that is not there. */
export async function showVersion(
  { db }: Pick<OpenDatabase, 'db'>,
  at: { readonly flow: string; readonly hash: string },
): Promise<readonly ShownFile[]> {
  const documents = await loadPlanVersion(db, at);
  if (documents === undefined)
    throw new Fault('TL_NOT_FOUND', `there is no version ${at.hash} of ${at.flow}`);
  return toShown(documents);
}
