import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Contender, createContenders, writesAgain } from './contenders.ts';
import { startSystems } from './processes.ts';
import { formatRows, type Sample, summarize } from './report.ts';
import { type Stores, startStores } from './stores.ts';
import { type Workload, workloads } from './workloads.ts';

const usage = `npm run bench -- [options]

The engine beside a script by hand and beside one BullMQ job a record; see docs/performance.md.

  --quick           2,000 orders, 20,000 prices, once
  --times N         repetitions; the median counts (default: 3)
  --latency MS,MS   of the target (default: 0,20)
  --only NAMES      workloads by name, separated by commas: orders, prices, prices again
  --contenders NAMES
  --queue redis     the engine on Redis as well
  --json FILE       writes the figures there too`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    times: { type: 'string' },
    latency: { type: 'string', default: '0,20' },
    only: { type: 'string' },
    contenders: { type: 'string' },
    queue: { type: 'string', default: 'postgres' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

// Ended in the middle, what was started must not stay: the servers end with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (options.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  const sizes = options.quick ? { orders: 2_000, prices: 20_000 } : { orders: 10_000, prices: 200_000 };
  const wanted = workloads(sizes).filter(({ name }) => options.only?.split(',').includes(name) ?? true);
  const times = Number(options.times ?? (options.quick ? 1 : 3));
  const stores = await startStores();
  const systems = await startSystems();
  try {
    const contenders = createContenders(stores, options.queue === 'redis' ? 'redis' : 'postgres').filter(
      ({ name }) => options.contenders?.split(',').includes(name) ?? true,
    );
    const repetitions: Sample[][] = [];
    for (let nth = 1; nth <= times; nth++) {
      const samples: Sample[] = [];
      for (const latencyMs of options.latency.split(',').map(Number)) {
        // Another begins each time: what comes first must not always meet the quieter machine.
        const order = contenders.map((_, index) => (index + nth) % contenders.length);
        const rounds = new Map<number, readonly Sample[]>();
        for (const index of order) {
          const contender = contenders[index];
          if (contender)
            rounds.set(index, await runRound(contender, { stores, url: systems.url, latencyMs, wanted }));
        }
        const byWorkload = wanted.flatMap(({ name }) =>
          contenders.flatMap(
            (_, index) => rounds.get(index)?.filter(({ workload }) => workload === name) ?? [],
          ),
        );
        samples.push(...byWorkload);
      }
      repetitions.push(samples);
      console.error(`${nth} of ${times}`);
    }
    await print(repetitions);
  } finally {
    systems.close();
    await stores.close();
  }
}

interface At {
  readonly stores: Stores;
  readonly url: string;
  readonly latencyMs: number;
  readonly wanted: readonly Workload[];
}

async function runRound(
  contender: Contender,
  { stores, url, latencyMs, wanted }: At,
): Promise<readonly Sample[]> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-bench-'));
  const database = await stores.createDatabase();
  const samples: Sample[] = [];
  try {
    for (const workload of wanted) {
      await fetch(`${url}/reset?latency=${latencyMs}`, { method: 'POST' });
      const before = await stores.cpuSeconds();
      const round = { dir, url, databaseUrl: database.url, workloads: wanted };
      const { ms, usage } = await contender.run(workload, round);
      const storeCpuSeconds = (await stores.cpuSeconds()) - before;
      const sample = {
        contender: contender.name,
        workload: workload.name,
        latencyMs,
        recordsPerSecond: (workload.records * 1_000) / ms,
        ...usage,
        storeCpuSeconds,
      };
      samples.push(sample);
      console.error(
        `  ${sample.workload}, ${latencyMs} ms, ${sample.contender}: ${Math.round(sample.recordsPerSecond)}/s`,
      );
      await checkEffects(contender, workload, url);
    }
  } finally {
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  }
  return samples;
}

/** What is fast because it leaves something out does not count. */
async function checkEffects(
  contender: Contender,
  { name, kind, records }: Workload,
  url: string,
): Promise<void> {
  const effects = (await (await fetch(`${url}/effects`)).json()) as Record<
    string,
    { writes: number; records: number }
  >;
  const expected = name === 'prices again' && !writesAgain(contender) ? 0 : records;
  const { writes, records: different } = effects[kind] ?? { writes: 0, records: 0 };
  if (writes === expected && different === expected) return;
  throw new Error(
    `${contender.name}, ${name}: ${writes} writes of ${different} records, expected ${expected} of each`,
  );
}

async function print(repetitions: readonly (readonly Sample[])[]): Promise<void> {
  const rows = summarize(repetitions);
  const machine = {
    cpu: cpus()[0]?.model ?? '',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
  console.log(formatRows(rows));
  console.log(
    `median of ${repetitions.length}; ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}`,
  );
  if (options.json) {
    const document = { machine, times: repetitions.length, rows, samples: repetitions.flat() };
    await writeFile(options.json, `${JSON.stringify(document, undefined, 2)}\n`);
  }
}
