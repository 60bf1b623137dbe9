import { type Deviation, formatSegments } from '../../schema/deviation.ts';
import type { NewDrift } from '../../store/shapes/drifts.ts';

/** Deviations met in many records: each once, with the number of records that had it. */
export type DriftTally = Map<string, { readonly deviation: Deviation; count: number }>;

/** Counts what was met in one record; what several items of a list have counts once. */
export function tallyRecord(tally: DriftTally, met: readonly Deviation[]): void {
  const counted = new Set<string>();
  for (const deviation of met) {
    const { side, kind, entity = '', rule, segments } = deviation;
    const identity = [side, kind, entity, rule, ...segments].join('\n');
    if (counted.has(identity)) continue;
    counted.add(identity);
    const known = tally.get(identity);
    if (known) known.count += 1;
    else tally.set(identity, { deviation, count: 1 });
  }
}

export function toNewDrifts(tally: DriftTally): readonly NewDrift[] {
  return [...tally.values()].map(({ deviation, count }) => {
    const { kind, entity = '', segments, rule, expected, got, sample } = deviation;
    return { kind, entity, segments, rule, expected, got, sample, count, path: formatSegments(segments) };
  });
}
