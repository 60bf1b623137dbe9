/**
 * A simulator as a process of its own: `node system.ts NAME SEED SIZES MARKERS`, the last two as JSON. It is the one
 * that ships with the connector; only its log of effects also shows what was written, at the place that the marker of
 * the resource names.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggedEffect, Simulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start-simulator.ts';

const [name = '', seed = '1', size = '{}', markers = '{}'] = process.argv.slice(2);
const simulator = ((await import(`../../../connectors/${name}/simulator.ts`)) as { default: Simulator })
  .default;
const running = await startSimulator(showingWhatIsWritten(simulator, JSON.parse(markers)), {
  seed: Number(seed),
  size: JSON.parse(size),
});
process.send?.({ url: running.url, config: running.config });
// Whoever started it is gone: nobody needs it any longer.
process.on('disconnect', () => process.exit(0));

function showingWhatIsWritten(inner: Simulator, places: Readonly<Record<string, string>>): Simulator {
  const requests = new AsyncLocalStorage<unknown>();
  const withMark = (effect: LoggedEffect): LoggedEffect => {
    const place = places[effect.resource];
    if (place === undefined) return effect;
    return { ...effect, mark: markOf(bodyFor(effect.key, requests.getStore()), place) } as LoggedEffect;
  };
  return {
    ...inner,
    create: (options) => {
      const { effects } = options;
      const append = (effect: LoggedEffect) => effects.append(withMark(effect));
      const system = inner.create({ ...options, effects: { ...effects, append } });
      return {
        ...system,
        routes: (app) => {
          app.addHook('preHandler', (request, _reply, done) => requests.run(request.body, done));
          system.routes(app);
        },
      };
    },
  };
}

/** A batch has an input for each record; which one is whose, the key says. */
function bodyFor(key: string, body: unknown): unknown {
  const inputs = (body as { inputs?: unknown } | undefined)?.inputs;
  if (!Array.isArray(inputs)) return body;
  return inputs.find((input) => input.id === key || input.properties?.email === key);
}

function markOf(body: unknown, place: string): string | undefined {
  let value = body;
  for (const step of place.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return value === undefined || value === null ? undefined : String(value);
}
