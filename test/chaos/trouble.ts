import type { Random } from '../../src/simulator/random.ts';
import { until } from '../support/until.ts';
import { type KillPoint, killPoints, strikeAt } from './kill-points.ts';
import type { EngineProcess } from './processes/engine-process.ts';
import type { PostgresServer } from './processes/postgres-server.ts';
import type { RedisServer } from './processes/redis-server.ts';
import type { RunCommand } from './processes/run-command.ts';
import type { Systems } from './processes/systems.ts';
import type { Guard } from './without.ts';
import { lateMs, leaseMs } from './workspace.ts';

export interface Stage {
  readonly systems: Systems;
  readonly engines: readonly EngineProcess[];
  readonly postgres: PostgresServer;
  readonly redis: RedisServer | undefined;
  /** There is more of the trouble that this guard is there for. */
  readonly focus: Guard | undefined;
  readonly command: RunCommand;
  readonly random: Random;
  readonly note: (text: string) => void;
}

/** How often each kind of trouble was made. */
export type Tally = Record<string, number>;

/** Makes trouble of every kind, one after the other, until its time is over; then everything is whole again. */
export async function makeTrouble(stage: Stage, isOver: () => boolean): Promise<Tally> {
  const tally: Tally = {};
  const freezes = new Set<Promise<void>>();
  const kinds = kindsOf(stage, freezes);
  while (!isOver()) {
    const [name, make] = pickWeighted(stage.random, kinds);
    const made = await make().catch((thrown: Error) => {
      stage.note(`${name} did not work: ${thrown.message}`);
      return undefined;
    });
    if (made !== undefined) {
      tally[made] = (tally[made] ?? 0) + 1;
      stage.note(made);
    }
    await pause(stage.random.int(200, 1_500));
  }
  await Promise.all(freezes);
  await until(() => stage.postgres.query('delete from chaos.armed returning 1').then(() => true), {
    timeoutMs: 30_000,
  });
  for (const system of Object.values(stage.systems)) await system.control('faults', { clear: true });
  await resumeSets(stage);
  return tally;
}

type Kind = readonly [name: string, make: () => Promise<string | undefined>, weight: number];

function kindsOf(stage: Stage, freezes: Set<Promise<void>>): readonly Kind[] {
  const { random, engines, postgres, redis } = stage;
  const someone = () => engines[random.int(0, engines.length - 1)];
  const points = Object.keys(killPoints) as [KillPoint, ...KillPoint[]];
  const signal = async (which: NodeJS.Signals) => (someone()?.signal(which) ? which : undefined);
  const freeze = (engine: EngineProcess | undefined) => {
    const frozen = engine?.freeze(random.int(Math.round(leaseMs * 1.2), leaseMs * 3)) ?? Promise.resolve();
    freezes.add(frozen);
    void frozen.then(() => freezes.delete(frozen));
  };
  const freezeAnyone = async () => {
    // Somebody has to be there to take over.
    if (freezes.size > 0) return undefined;
    freeze(someone());
    return 'frozen at random';
  };
  const strike = async (how: 'killed' | 'frozen') => {
    const point = random.pick(points);
    const victim = await strikeAt(postgres, point, {
      waitMs: 3_000,
      strike: async (name) => {
        const engine = engines.find((one) => one.name === name);
        if (how === 'killed') engine?.signal('SIGKILL');
        else freeze(engine);
      },
    });
    return victim === undefined ? undefined : `${how} at "${point}"`;
  };
  return [
    ['SIGKILL', () => signal('SIGKILL'), 3],
    ['SIGTERM', () => signal('SIGTERM'), 1],
    ['kill point', () => strike('killed'), 6],
    ['freeze point', () => strike('frozen'), 2],
    ['freeze', freezeAnyone, stage.focus === 'fence' ? 30 : 1],
    ['faults', () => switchFaults(stage), 5],
    ['lost replies', () => loseReplies(stage), 3],
    ['late commits', () => commitLate(stage), stage.focus === 'settle' ? 20 : 4],
    ['answers that are none', () => answerNothing(stage), 3],
    ['replay', () => replay(stage), 4],
    ['PostgreSQL', () => restartPostgres(stage), 1],
    ...(redis ? redisKinds(redis, random) : []),
  ];
}

function redisKinds(redis: RedisServer, random: Random): readonly Kind[] {
  const restart = async () => {
    await redis.stop();
    await pause(random.int(100, 2_000));
    await redis.start();
    return 'Redis restarted, empty';
  };
  const flush = async () => {
    await redis.flush();
    return 'Redis flushed';
  };
  return [
    ['Redis restart', restart, 1],
    ['Redis flush', flush, 2],
  ];
}

/** One system behaves badly until its turn comes again. */
async function switchFaults({ systems, random, focus }: Stage): Promise<string> {
  const system = random.pick([systems.shop, systems.erp, systems.archive, systems.crm]);
  if (focus === 'fence') {
    // A worker is to be frozen while it waits for an answer.
    await system.control('faults', { hang: 0.1 });
    return 'hangs on';
  }
  if (random.chance(0.4)) {
    await system.control('faults', {});
    return 'faults off';
  }
  // An outage now and then; else a little of everything.
  const rates = random.chance(0.15)
    ? { unavailable: 0.9 }
    : { unavailable: 0.05, throttled: 0.03, hang: 0.01, cut: 0.05, lostReply: 0.08 };
  await system.control('faults', rates);
  return 'faults on';
}

/** The next few writes are carried out, and nobody is told. */
async function loseReplies({ systems, random }: Stage): Promise<string> {
  const system = random.pick([systems.erp, systems.archive, systems.crm, systems.shop]);
  const next = ['POST', 'PATCH', 'PUT'].map((method) => ({
    kind: 'lostReply',
    count: random.int(1, 4),
    method,
  }));
  await system.control('faults', { next });
  return 'next replies lost';
}

/** The next few orders are created when nobody waits for their answer any more. */
async function commitLate({ systems, random }: Stage): Promise<string> {
  const system = random.pick([systems.erp, systems.archive]);
  const { baseUrl, company } = system.config;
  const path = `${new URL(String(baseUrl)).pathname}/companies(${company})/salesOrders`;
  const next = (['late', 'lateCut'] as const).map((kind) => ({
    kind,
    count: random.int(1, 4),
    method: 'POST',
    path,
  }));
  await system.control('faults', { lateMs, next });
  return 'next creates late';
}

/** The next few requests are carried out, and answered with something else. */
async function answerNothing({ systems, random }: Stage): Promise<string> {
  const system = random.pick([systems.erp, systems.archive, systems.crm, systems.shop]);
  const next = (['html', 'empty', 'truncated'] as const).flatMap((kind) =>
    ['GET', 'POST', 'PATCH', 'PUT'].map((method) => ({ kind, count: random.int(0, 2), method })),
  );
  // Of a list, it says that there is nothing: no system is known to say so of one that is full.
  const blank = ['POST', 'PATCH'].map((method) => ({ kind: 'blank', count: random.int(0, 2), method }));
  await system.control('faults', { next: [...next, ...blank] });
  return 'next answers are none';
}

/**
 * No trouble by itself, but it meets the other kinds: errors go down the line again, as a set that the engine works off.
 * What is under way is paused or stopped now and then, and what is paused goes on.
 */
async function replay({ command, postgres, random }: Stage): Promise<string> {
  const [bulk] = await postgres.query<{ id: number; state: string }>(
    `select id::int, state from tradelane.bulks where state in ('waiting', 'running', 'paused')
     order by random() limit 1`,
  );
  if (bulk?.state === 'paused') {
    await command('bulk', 'resume', String(bulk.id), '--detach');
    return 'set resumed';
  }
  if (bulk !== undefined && random.chance(0.5)) {
    const turn = random.pick(['pause', 'stop']);
    await command('bulk', turn, String(bulk.id));
    return turn === 'pause' ? 'set paused' : 'set stopped';
  }
  await command('replay', '--since', '2000-01-01T00:00:00Z', '--detach');
  return 'errors replayed';
}

/** Sets that are paused when the trouble is over go on: nothing but time stands in their way then. */
async function resumeSets({ command, postgres }: Stage): Promise<void> {
  const paused = await postgres.query<{ id: number }>(
    "select id::int from tradelane.bulks where state = 'paused' order by id",
  );
  for (const { id } of paused) await command('bulk', 'resume', String(id), '--detach');
}

async function restartPostgres({ postgres, random }: Stage): Promise<string> {
  await postgres.stop();
  await pause(random.int(100, 2_500));
  await postgres.start();
  return 'PostgreSQL stopped and started';
}

function pickWeighted(random: Random, kinds: readonly Kind[]): Kind {
  let draw = random.next() * kinds.reduce((sum, [, , weight]) => sum + weight, 0);
  const picked = kinds.find(([, , weight]) => {
    draw -= weight;
    return draw < 0;
  });
  return picked ?? (kinds[0] as Kind);
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
