import { present } from '../../src/contract/present.ts';
import { unpackEnds } from '../../src/store/history/pack-ends.ts';
import type { StagedRecord } from '../../src/store/line/batches.ts';
import { unpack } from '../../src/store/postgres/packed.ts';
import type { State, Step } from './checker.ts';
import type { PostgresServer } from './processes/postgres-server.ts';
import type { Json } from './processes/systems.ts';

/** What history says was done at targets, or tried, by flow. @param versionsOf - of the native records of each flow. */
export async function loadSteps(
  postgres: PostgresServer,
  versionsOf: Readonly<Record<string, (native: Json) => State>>,
): Promise<ReadonlyMap<string, readonly Step[]>> {
  const rows = await postgres.query<{ flow: string; payload: Buffer; ends: Buffer }>(
    'select flow, payload, ends from tradelane.history',
  );
  const steps = new Map<string, Step[]>();
  for (const { flow, payload, ends } of rows) {
    const records = unpack('records', payload) as readonly StagedRecord[];
    const kept = unpackEnds(
      ends,
      records.map(({ key }) => key),
    );
    const ofFlow = steps.get(flow) ?? [];
    steps.set(flow, ofFlow);
    records.forEach(({ key, native }, place) => {
      const { did } = present(kept[place], 'what became of a record');
      if (did !== undefined) ofFlow.push({ key, ...versionsOf[flow]?.(native) });
    });
  }
  return steps;
}
