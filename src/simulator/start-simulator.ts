import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance } from 'fastify';
import type { Clock } from '../contract/connector.ts';
import { describeFlaws } from '../contract/exact-json/json-flaws.ts';
import { readJson } from '../contract/exact-json/read-json.ts';
import { addControlRoutes } from './control-routes.ts';
import { createEffectLog } from './effect-log.ts';
import { createFaults, type FaultInjection, type FaultSettings } from './faults.ts';
import { injectFaults } from './inject-faults.ts';
import type { EffectLog, SimulatedSystem, Simulator } from './simulator.ts';

export interface StartOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly seed?: number;
  readonly size?: Readonly<Record<string, number>>;
  readonly clock?: Clock;
  readonly faults?: FaultSettings;
}

export interface RunningSimulator {
  readonly name: string;
  /** Where it listens, without a slash at the end: `http://127.0.0.1:9001`. */
  readonly url: string;
  /** What a connection to it has to say in `config`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly system: SimulatedSystem;
  readonly effects: EffectLog;
  readonly faults: FaultInjection;
  /** Ends every connection, also hanging ones. */
  close(): Promise<void>;
}

/** Starts a simulator on a port of its own. Bodies may be JSON (also `application/*+json`) or a form. */
export async function startSimulator(
  simulator: Simulator,
  options: StartOptions = {},
): Promise<RunningSimulator> {
  const seed = options.seed ?? 1;
  const effects = createEffectLog();
  const faults = createFaults(seed);
  if (options.faults !== undefined) faults.set(options.faults);
  const system = simulator.create({
    seed,
    size: { ...simulator.defaultSize, ...options.size },
    clock: options.clock ?? systemClock,
    effects,
  });
  const app = createApp();
  injectFaults(app, faults, system);
  addControlRoutes(app, { name: simulator.name, system, effects, faults });
  // In a scope of their own, so that a system's hooks (authentication, limits) do not guard the control routes.
  app.register(async (scope) => system.routes(scope));
  const url = await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
  return {
    name: simulator.name,
    url,
    config: system.config(url),
    system,
    effects,
    faults,
    close: () => app.close(),
  };
}

/** A simulator is a process of its own as well: this is where its time comes from unless the caller owns it. */
const systemClock: Clock = { now: () => Date.now() };

function createApp(): FastifyInstance {
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 20 * 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
  });
  app.register(formbody);
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    /^application\/([\w.-]+\+)?json/,
    { parseAs: 'string' },
    (_request, body, done) => {
      // A DELETE or an action POST may come with a JSON content type and nothing in it.
      if (body === '') done(null, undefined);
      else parseBody(body.toString(), done);
    },
  );
  return app;
}

/** As the systems do it that are stood in for: numbers keep all their digits, and what cannot be held is refused. */
function parseBody(body: string, done: (error: Error | null, value?: unknown) => void): void {
  try {
    const { value, flaws } = readJson(body);
    if (flaws.length === 0) done(null, value);
    else
      done(
        Object.assign(new Error(`the body cannot be relied on: ${describeFlaws(flaws)}`), {
          statusCode: 400,
        }),
      );
  } catch (cause) {
    done(Object.assign(new Error('the body is no JSON', { cause }), { statusCode: 400 }));
  }
}
