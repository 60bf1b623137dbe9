import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { benchConsole } from './console/bench-console.ts';
import {
  type Contender,
  createContenders,
  createEncryptionContenders,
  createHistoryContenders,
} from './contenders/contenders.ts';
import { benchJourney } from './journey.ts';
import { benchMapping } from './mapping.ts';
import { startSystems } from './processes.ts';
import { formatRows, type Sample, summarize } from './report.ts';
import { type At, runRound } from './run-round.ts';
import { startStores } from './stores.ts';
import { workloads } from './workloads.ts';

const usage = `npm run bench -- [options]

The engine beside scripts by hand and beside BullMQ; see docs/performance.md.

  --quick           2,000 orders, 20,000 prices, once
  --times N         repetitions; the median counts (default: 3)
  --latency MS,MS   of the target (default: 0,20)
  --only NAMES      workloads by name, separated by commas: orders, prices, prices again;
                    history: what it costs to keep what became of records, orders and prices;
                    encryption: what it costs to encrypt payloads, orders and prices;
                    journey: how long it takes to find a record in history, and to tell its way;
                    console: what a console asks of the API, beside an engine at work (--seconds, --rate);
                    mapping: what mapping an order costs by itself, without anything around it
  --contenders NAMES  "engine", "engine, 16 at once", "undici", …, separated by semicolons
  --queue redis     the engine on Redis as well
  --records N       of history, for journey (default: 1,000,000)
  --seconds N       that the console asks (default: 60)
  --rate N          requests of it a second (default: 200)
  --json FILE       writes the figures there too`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    times: { type: 'string' },
    latency: { type: 'string', default: '0,20' },
    only: { type: 'string' },
    records: { type: 'string', default: '1000000' },
    contenders: { type: 'string' },
    queue: { type: 'string', default: 'postgres' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** What is worth a comparison of its own, over the first two workloads. */
const specials: ReadonlyMap<string, () => readonly Contender[]> = new Map([
  ['history', createHistoryContenders],
  ['encryption', createEncryptionContenders],
]);

// Ended in the middle, what was started must not stay: the servers end with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (options.help) console.log(usage);
else if (options.only === 'mapping') await benchMapping(Number(options.times ?? 7));
else if (options.only === 'journey') await benchJourney(Number(options.records));
else if (options.only === 'console')
  await benchConsole({ seconds: Number(options.seconds), rate: Number(options.rate) });
else await bench();

async function bench(): Promise<void> {
  const sizes = options.quick ? { orders: 2_000, prices: 20_000 } : { orders: 10_000, prices: 200_000 };
  const special = specials.get(options.only ?? '');
  const names = special ? ['orders', 'prices'] : options.only?.split(',');
  const wanted = workloads(sizes).filter(({ name }) => names?.includes(name) ?? true);
  const times = Number(options.times ?? (options.quick ? 1 : 3));
  const stores = await startStores();
  const systems = await startSystems();
  try {
    const all = special
      ? special()
      : createContenders(stores, options.queue === 'redis' ? 'redis' : 'postgres');
    const contenders = all.filter(({ name }) => options.contenders?.split(';').includes(name) ?? true);
    const repetitions: Sample[][] = [];
    for (let nth = 1; nth <= times; nth++) {
      const samples: Sample[] = [];
      for (const latencyMs of options.latency.split(',').map(Number)) {
        samples.push(...(await runAll(contenders, nth, { stores, url: systems.url, latencyMs, wanted })));
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

/** Another begins each time: what comes first must not always meet the quieter machine. */
async function runAll(contenders: readonly Contender[], nth: number, at: At): Promise<readonly Sample[]> {
  const rounds = new Map<number, readonly Sample[]>();
  for (const index of contenders.map((_, place) => (place + nth) % contenders.length)) {
    const contender = contenders[index];
    if (contender) rounds.set(index, await runRound(contender, at));
  }
  return at.wanted.flatMap(({ name }) =>
    contenders.flatMap((_, index) => rounds.get(index)?.filter(({ workload }) => workload === name) ?? []),
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
