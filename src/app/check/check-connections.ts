import type { OpenConnection } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { JsonObject } from '../../contract/json.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { ConnectionEntry, Workspace } from '../../workspace/workspace.ts';
import type { Runtime } from '../engine/runtime.ts';
import { proveUse } from './check-use.ts';
import { type Trouble, toTrouble } from './explain-trouble.ts';
import { type ResourceUse, usesOf } from './uses.ts';

/** A use of a connection, what was proved of it, or what is wrong. */
export interface CheckedUse extends Omit<ResourceUse, 'where'> {
  readonly ok: boolean;
  readonly ms: number;
  readonly proved?: string;
  readonly trouble?: Trouble;
}

export interface CheckedConnection {
  readonly connection: string;
  readonly connector: string;
  readonly ok: boolean;
  /** All of it took so long. */
  readonly ms: number;
  /** What the connection allows itself, as far as it is stated: the connector's may hold besides. */
  readonly limits: JsonObject;
  /** Of one that could not even be opened, or that no flow uses: what is wrong. */
  readonly trouble?: Trouble;
  /** Of one that no flow uses: what was proved. */
  readonly proved?: string;
  readonly uses: readonly CheckedUse[];
}

export interface CheckWish {
  /** All, if left out. */
  readonly connections?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** A system that has not answered by then is not looked at any longer. */
const mostMs = 60_000;

/**
 * Proves that connections work, by what flows read and write over them: signs in anew, reads a record, looks for one that
 * cannot be there. Nothing is written, at the systems or of their circuits; the limits of the connections hold. Throws a
 * Fault TL_NOT_FOUND for one that is not there.
 */
export async function checkConnections(
  { plans }: Pick<Runtime, 'plans'>,
  { connections, signal }: CheckWish,
): Promise<readonly CheckedConnection[]> {
  const workspace = plans.workspace();
  const entries = (connections ?? [...workspace.connections.keys()]).map((name) =>
    requireEntry(workspace, name),
  );
  const within = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
  return await Promise.all(
    entries.map((entry) => checkOne(entry, { workspace, signal: within, open: plans.openAnew })),
  );
}

function requireEntry({ connections }: Workspace, name: string): ConnectionEntry {
  const entry = connections.get(name);
  if (entry) return entry;
  const hint = hintFor(name, [...connections.keys()].sort()) ?? 'there are none';
  throw new Fault('TL_NOT_FOUND', `no connection "${name}" in config/connections.yaml; ${hint}`);
}

interface Tools {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  readonly open: (name: string) => OpenConnection;
}

async function checkOne(
  { name, connector, limits }: ConnectionEntry,
  { workspace, signal, open }: Tools,
): Promise<CheckedConnection> {
  const startedAt = performance.now();
  const all = usesOf(name, workspace.flows.values());
  let uses: readonly CheckedUse[] = [];
  let trouble: Trouble | undefined;
  let proved: string | undefined;
  try {
    const connection = open(name);
    try {
      uses = await Promise.all(all.map((use) => checkUse({ connection, use, signal })));
      if (all.length === 0) proved = await proveUnused(connection, signal);
    } finally {
      await connection.close();
    }
  } catch (thrown) {
    trouble = toTrouble(thrown);
  }
  return {
    ...{ connection: name, connector, ok: trouble === undefined && uses.every(({ ok }) => ok) },
    ...{ ms: Math.round(performance.now() - startedAt), limits },
    ...(trouble && { trouble }),
    ...(proved !== undefined && { proved }),
    uses,
  };
}

async function proveUnused({ check }: OpenConnection, signal: AbortSignal): Promise<string> {
  if (!check) return 'nothing: no flow uses it, and its connector cannot prove that it works';
  await check(signal);
  return 'signed in; no flow uses it';
}

async function checkUse(check: Parameters<typeof proveUse>[0]): Promise<CheckedUse> {
  const startedAt = performance.now();
  const { where: _where, ...use } = check.use;
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const proved = await proveUse(check);
    return { ...use, ok: true, ms: ms(), proved };
  } catch (thrown) {
    const isLate = check.signal.aborted && check.signal.reason?.name === 'TimeoutError';
    if (check.signal.aborted && !isLate) throw thrown;
    const late = new Fault('TL_SYSTEM_TIMEOUT', `no answer within ${mostMs / 1_000} s`);
    return { ...use, ok: false, ms: ms(), trouble: toTrouble(isLate ? late : thrown) };
  }
}
