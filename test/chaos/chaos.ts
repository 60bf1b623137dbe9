/**
 * Breaks it and counts: real processes over a real PostgreSQL (and Redis) against systems that misbehave, while
 * everything that can be taken away is taken away. See docs/guarantees.md.
 *
 * node test/chaos/chaos.ts --seed 1 --minutes 3 [--queue redis] [--without|--focus reservation|settle|fence|history|cursor] [--beside DIR] [--keep]
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './run-chaos.ts';
import { type Guard, guards } from './without.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    queue: { type: 'string', default: 'postgres' },
    without: { type: 'string' },
    // More of the trouble that a guard is there for, without switching it off: the counter-test.
    focus: { type: 'string' },
    // The folder of another version, which one of the workers is of: a rolling upgrade that takes its time.
    beside: { type: 'string' },
    keep: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
const isGuard = (name: string | undefined): name is Guard => name !== undefined && name in guards;

if (!['postgres', 'redis'].includes(values.queue)) throw new Error('--queue: expected postgres or redis');
if (values.without !== undefined && !isGuard(values.without)) {
  throw new Error(`--without: expected ${Object.keys(guards).join(', ')}`);
}
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
process.exitCode = await runChaos(
  {
    seed: Number(values.seed),
    minutes: Number(values.minutes),
    queue: values.queue === 'redis' ? 'redis' : 'postgres',
    without: isGuard(values.without) ? values.without : undefined,
    focus: [values.focus, values.without].find(isGuard),
    beside: values.beside === undefined ? undefined : resolve(values.beside),
    keep: values.keep,
    verbose: values.verbose,
    stop: stop.signal,
  },
  print,
);
