import { isJsonObject } from '../../contract/json.ts';
import { countErrorsByStage, sumFlowCounts } from '../../store/runs/flow-counts.ts';
import type { FlowEntry } from '../../workspace/workspace.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { endsSaid } from './flow-glance.ts';

/** A step of a flow. */
export interface PictureNode {
  readonly id: 'source' | 'filter' | 'map' | 'target';
  /** `commerce.orders`; of a step in between, what the file says of it. */
  readonly title: string;
  /** Open errors of records that failed there. */
  readonly errors: number;
}

/** What has gone from one step to the next. */
export interface PictureEdge {
  readonly from: PictureNode['id'];
  readonly to: PictureNode['id'];
  readonly records: number;
}

export interface FlowPicture {
  readonly flow: string;
  /** Records that were read since then are counted. */
  readonly since: Date;
  readonly runs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/** Steps of the line, by the step of the picture that they belong to. */
const stagesOf: Readonly<Record<PictureNode['id'], readonly string[]>> = {
  source: ['read'],
  filter: ['filter'],
  map: ['map', 'validate'],
  target: ['compare', 'write', 'record'],
};

export async function drawFlow(
  { db }: Pick<OpenDatabase, 'db'>,
  entry: FlowEntry,
  since: Date,
): Promise<FlowPicture> {
  const { runs, ...counts } = await sumFlowCounts(db, { flow: entry.name, since });
  const errors = await countErrorsByStage(db, entry.name);
  const steps = titlesOf(entry);
  const nodes = steps.map(({ id, title }) => ({ id, title, errors: sumOf(errors, stagesOf[id]) }));
  const through = { filter: counts.read, map: counts.read - counts.filtered, target: counts.delivered };
  const edges = nodes.slice(1).map(({ id }, nth) => ({
    ...{ from: nodes[nth]?.id ?? 'source', to: id },
    records: id === 'source' ? 0 : through[id],
  }));
  return { flow: entry.name, since, runs, counts, nodes, edges };
}

function titlesOf(entry: FlowEntry): readonly Pick<PictureNode, 'id' | 'title'>[] {
  const value = isJsonObject(entry.value) ? entry.value : {};
  const { source, target } = endsSaid(entry);
  const nameOf = (end: typeof source) => `${end?.connection ?? '?'}.${end?.resource ?? '?'}`;
  const mapped =
    typeof value.map === 'string'
      ? value.map
      : value.map === undefined
        ? 'as the connectors do'
        : 'in the flow';
  return [
    { id: 'source', title: nameOf(source) },
    ...(typeof value.filter === 'string' ? [{ id: 'filter' as const, title: value.filter }] : []),
    { id: 'map', title: mapped },
    { id: 'target', title: nameOf(target) },
  ];
}

function sumOf(errors: ReadonlyMap<string, number>, stages: readonly string[]): number {
  return stages.reduce((sum, stage) => sum + (errors.get(stage) ?? 0), 0);
}
