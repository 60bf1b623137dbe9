import { outcomes, type RecordCounts } from '../../../src/contract/outcome.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { Run } from '../../../src/store/runs/runs.ts';

const counted = ['read', ...outcomes] as const;

/** What an engine reports of its records in events, added up by flow. */
export function tallyEvents(engine: Engine): { of(flow: string): RecordCounts } {
  const tallies = new Map<string, Record<string, number>>();
  const { log } = engine;
  const recordsCounted: Engine['log']['recordsCounted'] = ({ flow }, counts) => {
    const tally = tallies.get(flow) ?? empty();
    tallies.set(flow, tally);
    for (const name of counted) tally[name] = (tally[name] ?? 0) + (counts[name] ?? 0);
  };
  Object.assign(engine, { log: { ...log, recordsCounted } });
  return { of: (flow) => tallies.get(flow) ?? empty() };
}

/** The same from the runs. */
export function sumCounts(runs: readonly Run[]): RecordCounts {
  const sum = empty();
  for (const { counts } of runs) for (const name of counted) sum[name] = (sum[name] ?? 0) + counts[name];
  return sum;
}

function empty(): Record<string, number> {
  return Object.fromEntries(counted.map((name) => [name, 0]));
}
