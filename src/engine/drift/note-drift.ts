import { toFault } from '../../contract/fault.ts';
import type { Deviation } from '../../schema/deviation.ts';
import { findNamedMember } from '../../schema/named-member.ts';
import { recordDrifts } from '../../store/shapes/drifts.ts';
import type { Item, ItemEnd, MappedItem } from '../line/item.ts';
import type { Line } from '../line/open-line.ts';
import { type DriftTally, tallyRecord, toNewDrifts } from './tally-drift.ts';

/** What was not as it should be about one record of a batch. */
export interface RecordDrift {
  readonly item: Item;
  readonly drift: readonly Deviation[];
}

/**
 * Counts what did not fit at the borders of a flow, and what its target refused. Counted once for each attempt at a
 * record; a crash right afterwards counts it again. It never fails: a batch is not held up for the sake of what is said
 * of it.
 */
export async function noteDrift(line: Line, met: readonly RecordDrift[]): Promise<void> {
  for (const [runId, ofRun] of Map.groupBy(met, ({ item }) => item.runId)) {
    for (const side of ['source', 'target'] as const) {
      const tally: DriftTally = new Map();
      for (const { drift } of ofRun)
        tallyRecord(
          tally,
          drift.filter((deviation) => deviation.side === side),
        );
      if (tally.size > 0) await keep(line, { runId, side, tally });
    }
  }
}

async function keep(
  { engine, plan }: Line,
  {
    runId,
    side,
    tally,
  }: { readonly runId: number; readonly side: Deviation['side']; readonly tally: DriftTally },
): Promise<void> {
  const { connection, resource } = plan[side];
  const at = { flow: plan.flow, runId, side, connection, resource: resource.name };
  try {
    const opened = await recordDrifts(engine.db, { ...at, shapeId: undefined }, toNewDrifts(tally));
    if (opened.length > 0) engine.log.drifted(at, opened);
  } catch (thrown) {
    engine.log.driftLost(at, toFault(thrown));
  }
}

/** Fields that a target names as it rejects records. A rejection that names none is an error and nothing more. */
export function refusedFields(
  ended: readonly ItemEnd[],
  written: readonly MappedItem[],
): readonly RecordDrift[] {
  const refused = ended.filter(isRefused);
  if (refused.length === 0) return [];
  const payloads = new Map(written.map(({ item, payload }) => [item, payload]));
  return refused.flatMap((end): readonly RecordDrift[] => {
    const { status, code, message } = end.fault.answer ?? {};
    const named = findNamedMember(payloads.get(end.item), `${code ?? ''} ${message ?? ''}`);
    if (named === undefined) return [];
    const about = status === undefined ? 'refused' : `refused with ${status}`;
    const { segments, sample } = named;
    const drift = { side: 'target', kind: 'refused', rule: '', expected: 'taken by the target' } as const;
    return [{ item: end.item, drift: [{ ...drift, segments, got: about, sample }] }];
  });
}

function isRefused(end: ItemEnd): end is Extract<ItemEnd, { readonly outcome: 'failed' }> {
  return end.outcome === 'failed' && end.fault.code === 'TL_TARGET_REJECTED';
}
