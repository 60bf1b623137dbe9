import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contender, type Round, writesAgain } from './contenders/contenders.ts';
import { watchPeak } from './proc.ts';
import type { Sample } from './report.ts';
import type { Stores } from './stores.ts';
import type { Workload } from './workloads.ts';

export interface At {
  readonly stores: Stores;
  readonly url: string;
  readonly latencyMs: number;
  readonly wanted: readonly Workload[];
}

/** One contender with all the workloads that it takes, one after the other, over one database that was empty. */
export async function runRound(contender: Contender, at: At): Promise<readonly Sample[]> {
  const workloads = at.wanted.filter((workload) => contender.takes(workload, at.latencyMs));
  if (workloads.length === 0) return [];
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-bench-'));
  const database = await at.stores.createDatabase();
  const samples: Sample[] = [];
  try {
    const round = { dir, url: at.url, databaseUrl: database.url, workloads: at.wanted };
    for (const workload of workloads) samples.push(await measure(contender, workload, { at, round }));
  } finally {
    await database.drop();
    await rm(dir, { recursive: true, force: true });
  }
  return samples;
}

async function measure(
  contender: Contender,
  workload: Workload,
  { at: { stores, url, latencyMs }, round }: { readonly at: At; readonly round: Round },
): Promise<Sample> {
  await fetch(`${url}/reset?latency=${latencyMs}`, { method: 'POST' });
  const { processes } = stores;
  const before = processes.cpuSeconds();
  const memory = watchPeak(processes.memoryMb);
  const startedAt = Date.now();
  const { ms, usage } = await contender.run(workload, round).finally(() => memory.end());
  const storeCpuSeconds = processes.cpuSeconds() - before;
  const effects = (await (await fetch(`${url}/effects`)).json()) as Effects;
  checkEffects(contender, workload, effects);
  const { wholeMs, cpuSeconds, peakMb } = usage;
  const { firstWriteAt } = effects;
  const sample = {
    contender: contender.name,
    workload: workload.name,
    latencyMs,
    recordsPerSecond: (workload.records * 1_000) / wholeMs,
    runningPerSecond: (workload.records * 1_000) / ms,
    firstWriteMs: firstWriteAt === undefined ? undefined : firstWriteAt - startedAt,
    ...{ cpuSeconds, storeCpuSeconds, peakMb, storePeakMb: memory.end() },
  };
  const rates = `${Math.round(sample.recordsPerSecond)}/s, running ${Math.round(sample.runningPerSecond)}/s`;
  console.error(`  ${sample.workload}, ${latencyMs} ms, ${sample.contender}: ${rates}`);
  return sample;
}

interface Effects extends Readonly<Record<Workload['kind'], Written>> {
  readonly firstWriteAt?: number;
}

interface Written {
  readonly writes: number;
  readonly records: number;
}

/** What is fast because it leaves something out does not count. */
function checkEffects(contender: Contender, { name, kind, records }: Workload, effects: Effects): void {
  const expected = name === 'prices again' && !writesAgain(contender) ? 0 : records;
  const { writes, records: different } = effects[kind];
  if (writes === expected && different === expected) return;
  throw new Error(
    `${contender.name}, ${name}: ${writes} writes of ${different} records, expected ${expected} of each`,
  );
}
