import { Fault } from '../../contract/fault.ts';
import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import type { JsonObject } from '../../contract/json.ts';
import { type LimitUse, listLimitUse } from '../../store/limits/limit-use.ts';
import type { Pause } from '../../store/waiting/pauses.ts';
import type { AwayConnection } from '../../store/waiting/pending.ts';
import type { ConnectionEntry } from '../../workspace/workspace.ts';
import { type ResourceUse, usesOf } from '../check/uses.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { withoutSecrets } from '../settings/without-secrets.ts';
import { loadStatus } from '../status/load-status.ts';
import type { ConnectionTrouble, FlowStatus } from '../status/standing.ts';

/** A connection, and how it is. */
export interface ConnectionView {
  readonly connection: string;
  readonly connector: string;
  /** Open: its system is away, and when it is asked again. */
  readonly circuit?: AwayConnection;
  readonly pause?: Pause;
  /** What flows have met over it last that is not over yet. */
  readonly troubles: readonly { readonly flow: string; readonly trouble: ConnectionTrouble }[];
  /** As the connection states them; those of its connector hold where it says nothing. */
  readonly limits: JsonObject;
  readonly use?: Omit<LimitUse, 'connection'>;
  readonly uses: readonly Omit<ResourceUse, 'where'>[];
  /** Records that flows which write over it have staged or held. */
  readonly waiting: number;
}

export interface ShownConnection extends ConnectionView {
  /** As it is written, without what is secret. */
  readonly config: JsonObject;
}

/** Those that flows of the scope use; all of them, where the scope is. */
export async function listConnections(
  open: OpenDatabase,
  scope: FlowScope,
): Promise<readonly ConnectionView[]> {
  const { entries, view } = await look(open, scope);
  return entries.map(view);
}

/** Throws a Fault TL_NOT_FOUND for one that is not there. */
export async function showConnection(
  open: OpenDatabase,
  { connection, scope }: { readonly connection: string; readonly scope: FlowScope },
): Promise<ShownConnection> {
  const { entries, view, workspace } = await look(open, scope);
  const entry = entries.find(({ name }) => name === connection);
  if (entry === undefined) throw new Fault('TL_NOT_FOUND', `there is no connection "${connection}"`);
  const schema = workspace.connectors.get(entry.connector)?.connector?.config ?? {};
  return { ...view(entry), config: withoutSecrets(entry.config, schema) };
}

async function look(open: OpenDatabase, scope: FlowScope) {
  const workspace = await open.requireWorkspace();
  const seen = [...workspace.flows.values()].filter(({ name }) => isInScope(scope, name));
  const [standing, use] = await Promise.all([
    loadStatus(open.db, workspace, open.clock.now()),
    listLimitUse(open.db),
  ]);
  const flows = standing.flows.filter(({ flow }) => isInScope(scope, flow));
  const view = ({ name, connector, limits }: ConnectionEntry): ConnectionView => {
    const uses = usesOf(name, seen).map(({ where: _where, ...each }) => each);
    const circuit = standing.connections.find((each) => each.connection === name);
    const pause = standing.pauses.find((each) => each.kind === 'connection' && each.name === name);
    const limitUse = use.find((each) => each.connection === name);
    return {
      ...{ connection: name, connector },
      ...(circuit && { circuit }),
      ...(pause && { pause }),
      troubles: troublesOf(name, flows),
      limits,
      ...(limitUse && { use: { slots: limitUse.slots, waiting: limitUse.waiting } }),
      uses,
      waiting: waitingFor(uses, flows),
    };
  };
  const entries = [...workspace.connections.values()].filter(
    ({ name }) => scope === 'all' || usesOf(name, seen).length > 0,
  );
  return { workspace, entries, view };
}

function troublesOf(name: string, flows: readonly FlowStatus[]): ConnectionView['troubles'] {
  return flows.flatMap(({ flow, troubles }) =>
    troubles.filter(({ connection }) => connection === name).map((trouble) => ({ flow, trouble })),
  );
}

function waitingFor(uses: ConnectionView['uses'], flows: readonly FlowStatus[]): number {
  const writers = new Set(uses.flatMap((use) => (use.does === 'write' ? use.flows : [])));
  return flows.reduce((sum, { flow, waiting }) => sum + (writers.has(flow) ? waiting.records : 0), 0);
}
