import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, deriveSeed } from '../../src/simulator/random.ts';
import { removePostgres } from '../../src/store/embedded/postgres-place.ts';
import { listKnown, startBusiness } from './business.ts';
import { check, isClean, type Violations } from './checker.ts';
import { gatherEvidence } from './gather.ts';
import { installKillPoints } from './kill-points.ts';
import { type EngineProcess, startEngine } from './processes/engine-process.ts';
import { createPostgresServer, type PostgresServer } from './processes/postgres-server.ts';
import { createRedisServer, type RedisServer } from './processes/redis-server.ts';
import { createRunCommand, type RunCommand } from './processes/run-command.ts';
import { type Json, type Systems, startSystems } from './processes/systems.ts';
import { settle } from './settle.ts';
import { makeTrouble, type Tally } from './trouble.ts';
import { copyWithout, type Guard } from './without.ts';
import { writeWorkspace } from './workspace.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly queue: 'postgres' | 'redis';
  readonly without: Guard | undefined;
  /** More of the trouble that this guard is there for. */
  readonly focus: Guard | undefined;
  /** The folder of another version, which the first worker is of. */
  readonly beside: string | undefined;
  /** Leaves the folder with the logs and the data. */
  readonly keep: boolean;
  /** Says what is done as it is done. */
  readonly verbose: boolean;
  /** Ends the trouble early; everything that was started is ended all the same. */
  readonly stop: AbortSignal;
}

type Print = (text: string) => void;

const root = join(import.meta.dirname, '..', '..');
/** How long the quiet at the end may take: a connection that was away is probed once a minute at the least. */
const settleMs = 150_000;

/** Answers with the exit code: 0 if nothing was violated, 1 if something was, or work never came to an end. */
export async function runChaos(options: ChaosOptions, print: Print): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-chaos-'));
  // The account that PostgreSQL runs as has to pass through; nobody can look around in here.
  await chmod(dir, 0o711);
  await using opened = new AsyncDisposableStack();
  opened.defer(async () => {
    if (options.keep) return print(`kept: ${dir}`);
    await removePostgres(join(dir, 'postgres'));
    await rm(dir, { recursive: true, force: true });
  });
  const redis = options.queue === 'redis' ? await createRedisServer() : undefined;
  if (options.queue === 'redis' && !redis) {
    print('left out: there is no redis-server on this machine');
    return 0;
  }
  await redis?.start();
  opened.defer(async () => redis?.stop());
  const postgres = await createPostgresServer(dir);
  opened.defer(() => postgres.stop());
  await postgres.start();
  const systems = await startSystems(options.seed);
  opened.defer(async () => Object.values(systems).forEach((system) => void system.close()));
  const tree = options.without ? await copyWithout(root, join(dir, 'tree'), options.without) : root;
  const workspace = join(dir, 'workspace');
  await writeWorkspace(tree, workspace, systems);
  const env = { DATABASE_URL: postgres.url, ...(redis && { REDIS_URL: redis.url }) };
  const command = createRunCommand({ root: tree, workspace, env });
  await command('migrate');
  await installKillPoints(postgres);
  const engines = startEngines({ tree, beside: options.beside ?? tree, dir, env, seed: options.seed });
  opened.defer(async () => void (await Promise.all(engines.map((engine) => engine.close()))));
  return await breakAndCount(options, { systems, engines, postgres, redis, command }, print);
}

interface Parts {
  readonly systems: Systems;
  readonly engines: readonly EngineProcess[];
  readonly postgres: PostgresServer;
  readonly redis: RedisServer | undefined;
  readonly command: RunCommand;
}

async function breakAndCount(options: ChaosOptions, parts: Parts, print: Print): Promise<number> {
  const { systems, engines, postgres } = parts;
  const startedAt = Date.now();
  const note = (text: string) => {
    if (options.verbose) print(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
  };
  const randomFor = (what: string) => createRandom(deriveSeed(options.seed, what, 0));
  const business = startBusiness(systems, randomFor('business'), await listKnown(systems));
  const tally = await makeTrouble(
    { ...parts, focus: options.focus, random: randomFor('trouble'), note },
    () => options.stop.aborted || Date.now() >= startedAt + options.minutes * 60_000,
  );
  note('quiet');
  await business.stop();
  const quietAt = Date.now();
  const open = [...(await settle(postgres, settleMs))];
  // What was refused for want of something that has come since goes through now; the rest is refused again.
  await parts.command('replay', '--since', '2000-01-01T00:00:00Z', '--detach');
  open.push(...(await settle(postgres, settleMs)));
  const evidence = await gatherEvidence(systems, postgres, { isTold: options.beside === undefined });
  const violations = check(evidence);
  print(
    `seed ${options.seed}, ${options.minutes} min, queue on ${options.queue}${options.without ? `, without the ${options.without}` : ''}${options.beside ? ', beside another version' : ''}`,
  );
  print(
    `source: ${business.changes()} changes; target: ${evidence.flows.reduce((sum, { effects }) => sum + effects.length, 0)} effects; ${evidence.runs.length} runs`,
  );
  for (const line of await listTrouble(systems, tally, engines)) print(line);
  for (const line of await listErrors(postgres)) print(line);
  print(
    open.length === 0
      ? `settled ${Date.now() - quietAt} ms after the last trouble`
      : `NOT SETTLED:\n  ${open.join('\n  ')}`,
  );
  printViolations(violations, print);
  return isClean(violations) && open.length === 0 ? 0 : 1;
}

function startEngines(at: {
  readonly tree: string;
  /** Of the first worker. */
  readonly beside: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly seed: number;
}): readonly EngineProcess[] {
  const setup = { workspace: join(at.dir, 'workspace'), logDir: at.dir, env: at.env };
  const random = createRandom(deriveSeed(at.seed, 'restarts', 0));
  const restartMs = () => random.int(100, 1_500);
  return (['worker', 'worker', 'scheduler'] as const).map((role, nth) =>
    startEngine(
      { ...setup, root: nth === 0 ? at.beside : at.tree },
      role === 'worker' ? `worker-${nth + 1}` : role,
      role,
      restartMs,
    ),
  );
}

async function listTrouble(
  systems: Systems,
  tally: Tally,
  engines: readonly EngineProcess[],
): Promise<readonly string[]> {
  const kills = Object.entries(tally).filter(([what]) => /^SIGKILL|^killed/.test(what));
  const injected: Record<string, number> = {};
  for (const system of Object.values(systems)) {
    const { faults }: Json = await system.control('state');
    for (const [kind, count] of Object.entries<number>(faults))
      injected[kind] = (injected[kind] ?? 0) + count;
  }
  const faults = Object.values(injected).reduce((sum, count) => sum + count, 0);
  const list = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort()
      .map(([what, count]) => `${what} ${count}`)
      .join(' · ');
  return [
    `kills survived: ${kills.reduce((sum, [, count]) => sum + count, 0)}; faults survived: ${faults}`,
    `  trouble: ${list(tally)}`,
    `  faults: ${list(injected)}`,
    `  processes that ended unasked: ${list(countEach(engines.flatMap(({ deaths }) => deaths())))}`,
    ...engines.flatMap(({ lastWords }) => lastWords()),
  ];
}

function countEach(ends: readonly string[]): Readonly<Record<string, number>> {
  const words = ends.map((end) => (end === '3' ? 'started without a database' : `with ${end}`));
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]));
}

async function listErrors(postgres: PostgresServer): Promise<readonly string[]> {
  const rows = await postgres.query<{ flow: string; code: string; count: number; message: string }>(
    `select flow, code, count(*)::int, regexp_replace(message, 'TL-\\d+|C\\d+|\\(schemas.*', '…', 'g') as message
     from tradelane.errors
     where state in ('open', 'replaying') group by flow, code, 4 order by flow, code`,
  );
  return rows.map(
    ({ flow, code, count, message }) => `  in the errors: ${flow} ${code} ${count}: ${message.slice(0, 140)}`,
  );
}

function printViolations(violations: Violations, print: Print): void {
  const words = {
    lost: 'lost',
    duplicates: 'duplicate effects',
    outOfOrder: 'out of order',
    unbalanced: 'unbalanced runs',
    untold: 'effects without a step',
  };
  print(
    Object.entries(words)
      .map(([kind, word]) => `${word} ${violations[kind as keyof Violations].length}`)
      .join(' · '),
  );
  for (const found of Object.values(violations)) for (const one of found.slice(0, 20)) print(`  ${one}`);
}
