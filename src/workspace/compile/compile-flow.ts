import { defaultSettleMs, type OpenConnection, type Resource } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { flowDefaults } from '../../contract/generated/defaults.ts';
import type { FlowFile, FlowSource, FlowTarget } from '../../contract/generated/flow.ts';
import { present } from '../../contract/present.ts';
import { durationMs, parsePercentage } from '../../contract/quantity.ts';
import { type Capability, missingFor } from '../capabilities.ts';
import { formatFinding, formatPlace } from '../finding.ts';
import { mistakesOf } from '../mistakes.ts';
import type { FlowEntry, Workspace } from '../workspace.ts';
import { compileSteps } from './compile-steps.ts';
import { timezoneOf } from './open-connection.ts';
import type { DeliveryPlan, GuardsPlan, Plan, RetryPlan, Schedule, SourcePlan, TargetPlan } from './plan.ts';
import { hashDocuments, planDocuments } from './plan-documents.ts';

export interface CompileOptions {
  /** Gives the open connection of a name; each name is asked for once at most. */
  readonly open: (connectionName: string) => OpenConnection;
}

/**
 * Compiles a flow into a frozen plan: afterwards nothing is looked up by name. Throws a Fault TL_WORKSPACE_INVALID for
 * a flow with mistakes (its own, or of what it is made of), and whatever `open` throws. Mistakes elsewhere do not matter.
 */
export function compileFlow(workspace: Workspace, flowName: string, options: CompileOptions): Plan {
  const entry = soundFlow(workspace, flowName);
  const flow = entry.value as FlowFile;
  const connections = new Map<string, OpenConnection>();
  const open = (connection: string): OpenConnection => {
    const opened = connections.get(connection) ?? options.open(connection);
    connections.set(connection, opened);
    return opened;
  };
  const resourceOf = (side: 'source' | 'target'): Resource => {
    const { connection, resource } = flow[side];
    return (
      open(connection).resources[resource] ??
      refuse(entry, [side, 'resource'], `there is no resource "${resource}"`)
    );
  };
  const source = {
    ...compileSource(flow, entry, resourceOf('source')),
    timezone: timezoneOf(workspace, flow.source.connection),
  };
  const target = {
    ...compileTarget(flow, entry, resourceOf('target')),
    ...ofConnection(open(flow.target.connection)),
  };
  return deepFreeze({
    flow: flow.flow,
    summary: flow.summary,
    hash: hashDocuments(planDocuments(workspace, flowName)),
    schedule: toSchedule(flow),
    source,
    target,
    steps: compileSteps({ workspace, entry, flow, source, target }),
    delivery: toDelivery(flow),
    retry: toRetry(flow),
    requires: { xref: flow.requires?.xref ?? [] },
    guards: toGuards(flow),
    history: flow.history ?? workspace.settings.history.keep,
  });
}

function soundFlow(workspace: Workspace, flowName: string): FlowEntry {
  const entry = workspace.flows.get(flowName);
  if (entry === undefined) throw new Fault('TL_WORKSPACE_INVALID', `there is no flow "${flowName}"`);
  const [mistake] = mistakesOf(workspace, entry);
  if (mistake === undefined) return entry;
  throw new Fault('TL_WORKSPACE_INVALID', formatFinding(mistake), { at: formatPlace(mistake) });
}

function compileSource(flow: FlowFile, entry: FlowEntry, resource: Resource): Omit<SourcePlan, 'timezone'> {
  const { connection, as: entity, where = {}, lookback } = { ...flowDefaults.source, ...flow.source };
  if (resource.read === undefined) refuse(entry, ['source', 'resource'], `"${resource.name}" cannot be read`);
  checkEntity(entry, flow.source, { side: 'source', has: resource.entity?.from !== undefined, resource });
  return { connection, resource, entity, where, lookbackMs: durationMs(lookback) };
}

/** What a flow has to know of its target beside the resource. */
function ofConnection({ check, settleMs }: OpenConnection): Pick<TargetPlan, 'check' | 'settleMs'> {
  return { ...(check && { check }), settleMs: settleMs ?? (async () => defaultSettleMs) };
}

function compileTarget(flow: FlowFile, entry: FlowEntry, resource: Resource): Omit<TargetPlan, 'settleMs'> {
  const {
    connection,
    as: entity,
    write,
    allowDuplicates,
    absent,
  } = { ...flowDefaults.target, ...flow.target };
  const all: readonly Capability[] = ['read', 'find', 'create', 'update', 'upsert', 'delete'];
  const missing = missingFor(write, new Set(all.filter((each) => resource[each] !== undefined)));
  if (missing !== undefined) {
    refuse(
      entry,
      ['target', 'write'],
      `\`write: ${write}\` needs ${missing}, which "${resource.name}" does not have`,
    );
  }
  const isSafe =
    resource.find !== undefined ||
    resource.upsert !== undefined ||
    resource.isCreateRepeatable === true ||
    allowDuplicates;
  if (write === 'create' && !isSafe) {
    refuse(
      entry,
      ['target', 'write'],
      `"${resource.name}" can neither find nor upsert nor repeat a create: one may duplicate`,
    );
  }
  const has = write === 'delete' || resource.entity?.to !== undefined;
  checkEntity(entry, flow.target, { side: 'target', has, resource });
  return { connection, resource, entity, write, allowDuplicates, absent };
}

function checkEntity(
  entry: FlowEntry,
  end: FlowSource | FlowTarget,
  { side, has, resource }: { side: 'source' | 'target'; has: boolean; resource: Resource },
): void {
  const isNamed = resource.entity === undefined || resource.entity.name === end.as;
  if (end.as === undefined || (has && isNamed)) return;
  refuse(
    entry,
    [side, 'as'],
    `"${resource.name}" is not mapped ${side === 'source' ? 'to' : 'from'} "${end.as}"`,
  );
}

function toSchedule(flow: FlowFile): Schedule | undefined {
  const schedule = flow.trigger?.schedule;
  if (schedule === undefined) return undefined;
  const { cron, timezone, overlap, catchup } = { ...flowDefaults.trigger.schedule, ...schedule };
  return { cron, timezone, overlap, catchupMs: durationMs(catchup) };
}

function toDelivery(flow: FlowFile): DeliveryPlan {
  const entity = flow.target.as ?? flow.source.as ?? '';
  const { batch, concurrency, lanes } = { ...flowDefaults.delivery, ...flow.delivery };
  // Of stock and prices only the newest is worth delivering; of orders and customers each step is.
  const mode = flow.delivery?.mode ?? (['stock', 'price'].includes(entity) ? 'latest' : 'every');
  return { mode, batch, concurrency, lanes };
}

function toRetry(flow: FlowFile): RetryPlan {
  const { attempts, delay, factor, maxDelay, jitter } = { ...flowDefaults.retry, ...flow.retry };
  return { attempts, delayMs: durationMs(delay), factor, maxDelayMs: durationMs(maxDelay), jitter };
}

function toGuards({ guards }: FlowFile): GuardsPlan | undefined {
  if (guards === undefined) return undefined;
  const { maxErrorRate, maxDeletes } = guards;
  const maxChange = guards.maxChange && { ...flowDefaults.guards.maxChange, ...guards.maxChange };
  return {
    ...(maxErrorRate !== undefined && { maxErrorRatePercent: toPercent(maxErrorRate) }),
    ...(maxDeletes !== undefined && { maxDeletes }),
    ...(maxChange !== undefined && {
      maxChange: Object.freeze({ byPercent: toPercent(maxChange.by), records: maxChange.records }),
    }),
  };
}

function toPercent(share: string): string {
  return present(parsePercentage(share), `the percentage in "${share}"`);
}

function refuse(entry: FlowEntry, path: readonly string[], message: string): never {
  throw new Fault('TL_WORKSPACE_INVALID', message, { at: formatPlace(entry.document.valuePlace(path)) });
}

/** Freezes the plan itself; resources and schemas belong to others. */
function deepFreeze(plan: Plan): Plan {
  const { schedule, source, target, steps, delivery, retry, requires, guards } = plan;
  for (const part of [schedule, source, target, steps, delivery, retry, requires, guards])
    Object.freeze(part);
  Object.freeze(source.where);
  return Object.freeze(plan);
}
