import type { FastifyInstance } from 'fastify';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { type FaultInjection, type FaultMatch, faultKinds, type InjectedFault } from './faults.ts';
import { controlPrefix } from './inject-faults.ts';
import type { EffectLog, SimulatedSystem } from './simulator.ts';

export interface ControlledSimulator {
  readonly name: string;
  readonly system: SimulatedSystem;
  readonly effects: EffectLog;
  readonly faults: FaultInjection;
}

/** Control over HTTP, for whoever runs a simulator as a process of its own. */
export function addControlRoutes(
  app: FastifyInstance,
  { name, system, effects, faults }: ControlledSimulator,
): void {
  app.get(`${controlPrefix}/effects`, async () => ({ effects: effects.entries() }));
  app.get(`${controlPrefix}/state`, async () => ({
    name,
    counts: system.counts?.() ?? {},
    effects: effects.entries().length,
    faults: faults.injected(),
  }));
  app.post(`${controlPrefix}/advance`, async (_request, reply) => {
    if (system.advance === undefined)
      return reply.code(404).send({ error: `${name} has nothing to advance` });
    system.advance();
    return { counts: system.counts?.() ?? {} };
  });
  app.post(`${controlPrefix}/faults`, async (request, reply) => {
    const problem = applyFaults(faults, request.body);
    if (problem !== undefined) return reply.code(400).send({ error: problem });
    return { faults: faults.injected() };
  });
}

/**
 * Body: `{ unavailable: 0.02, seed: 7, lateMs: 10000, next: [{ kind: 'cut', count: 1, method: 'POST', path: '/v1' }] }`.
 * `clear: true` drops first what is still to come. Gives what is wrong with it in words; applies nothing then.
 */
function applyFaults(faults: FaultInjection, body: unknown): string | undefined {
  if (!isJsonObject(body)) return 'expected a JSON object of rates';
  const { next = [], seed, lateMs, clear = false, ...rates } = body;
  for (const [kind, rate] of Object.entries(rates)) {
    if (!isFaultKind(kind)) return `unknown fault ${kind}: expected one of ${faultKinds.join(', ')}`;
    if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) return `${kind}: expected a rate from 0 to 1`;
  }
  if (seed !== undefined && typeof seed !== 'number') return 'seed: expected a number';
  if (lateMs !== undefined && !(typeof lateMs === 'number' && lateMs >= 0))
    return 'lateMs: expected a number of milliseconds';
  if (typeof clear !== 'boolean') return 'clear: expected true or false';
  if (!Array.isArray(next) || !next.every(isNextFault))
    return 'next: expected a list of { kind, count, method?, path? }';
  if (clear) faults.clear();
  faults.set({ ...rates, ...(seed !== undefined && { seed }), ...(lateMs !== undefined && { lateMs }) });
  for (const { kind, count, ...match } of next) faults.next(kind, count, match);
  return undefined;
}

function isFaultKind(kind: unknown): kind is InjectedFault {
  return faultKinds.some((known) => known === kind);
}

function isNextFault(entry: unknown): entry is FaultMatch & { kind: InjectedFault; count: number } {
  if (!isJsonObject(entry)) return false;
  const { kind, count } = entry;
  return isFaultKind(kind) && Number.isInteger(count) && isText(entry, 'method') && isText(entry, 'path');
}

function isText(entry: JsonObject, member: string): boolean {
  return entry[member] === undefined || typeof entry[member] === 'string';
}
