import { type Fault, toFault } from '../../contract/fault.ts';
import { findIdleLanes } from '../../store/line/lanes.ts';
import {
  claimProbe,
  closeCircuit,
  keepCircuitOpen,
  type OpenCircuit,
  openCircuit,
} from '../../store/waiting/circuits.ts';
import type { Engine } from '../engine.ts';
import type { Line } from '../line/open-line.ts';
import { aboutOf, awayCodes } from '../verdict.ts';

/**
 * The circuit of a connection: open while its system is away. Then nothing of any flow is written over it, in no
 * process, but for a probe now and again; no record loses an attempt. Says in milliseconds when to look again.
 */
export async function openCircuitOf(line: Line, fault: Fault): Promise<number> {
  const { engine, plan } = line;
  const { connection } = plan.target;
  const { probeMs, pauseMs, maxThrottleMs } = engine.limits;
  const { code, message, retryAfterMs } = fault;
  const note = { code, message };
  const isAsked = retryAfterMs !== undefined;
  const firstMs = isAsked
    ? Math.min(retryAfterMs, maxThrottleMs)
    : fault.kind === 'config'
      ? pauseMs
      : probeMs;
  if (line.isProbe) {
    const maxMs = isAsked ? firstMs : pauseMs;
    return await keepCircuitOpen(engine.db, connection, { fault: note, firstMs, maxMs });
  }
  const circuit = await openCircuit(engine.db, connection, { fault: note, waitMs: firstMs, extend: isAsked });
  if (circuit.opened) engine.log.circuitOpened({ connection, ms: firstMs }, fault);
  return circuit.waitMs;
}

/**
 * Why the target as a whole does not answer, asked of the target itself; `undefined` if it does. Where it can be asked
 * for a record, it is asked for one that nobody has: that goes the same way as the work, and does no harm.
 */
export async function askTarget({ plan, signal }: Pick<Line, 'plan' | 'signal'>): Promise<Fault | undefined> {
  const { resource, check } = plan.target;
  try {
    if (resource.find) await resource.find([nobodysKey], signal);
    else await check?.(signal);
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    const fault = toFault(thrown);
    return aboutOf(fault) === 'record' ? undefined : fault;
  }
}

const nobodysKey = '0';

/** A record got an answer: who got none before was not the first of many. */
export function noteAnswer({ engine, plan }: Line): void {
  engine.doubts.delete(plan.target.connection);
  engine.answers.set(plan.target.connection, engine.clock.now());
}

/**
 * Is it only a part of the connection that is forbidden or misconfigured, as others have got through lately? They are
 * not to wait for it.
 */
export function isPartly({ engine, plan }: Line, { kind }: Fault): boolean {
  const answeredAt = engine.answers.get(plan.target.connection) ?? Number.NEGATIVE_INFINITY;
  return kind === 'config' && engine.clock.now() - answeredAt < 2 * engine.limits.pauseMs;
}

/**
 * Adds records that got no clear answer. `true` once there are so many, with none that got one in between, that all of
 * them being wrong is less likely than their system being away.
 */
export function isInDoubt({ engine, plan }: Line, { kind }: Fault, keys: readonly string[]): boolean {
  const { connection } = plan.target;
  const doubts = engine.doubts.get(connection) ?? new Set();
  engine.doubts.set(connection, doubts);
  for (const key of keys) if (doubts.size < manyRecords) doubts.add(`${plan.flow}:${key}`);
  return doubts.size >= (kind === 'config' ? manyForbidden : manyRecords);
}

const manyRecords = 10;
/** To be forbidden to write, or misconfigured, is seldom the fault of single records. */
const manyForbidden = 3;

/** Is it this process that may try whether the connection is back? */
export async function takeProbe(engine: Engine, { connection, isProbeDue }: OpenCircuit): Promise<boolean> {
  return isProbeDue && (await claimProbe(engine.db, connection, engine.limits.leaseMs));
}

/** After a probe that did not find the connection away: everything that waits for it goes on. */
export async function closeCircuitOf(engine: Engine, { connection }: OpenCircuit): Promise<void> {
  if (!(await closeCircuit(engine.db, connection, awayCodes))) return;
  engine.log.circuitClosed({ connection });
  for (const lane of await findIdleLanes(engine.db)) await engine.wake.lane(lane);
}
