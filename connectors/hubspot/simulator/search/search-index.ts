import type { Clock } from '../../../../src/contract/connector.ts';
import type { CrmRecord, Table } from '../crm.ts';
import { type Snapshot, takeSnapshot } from '../render-record.ts';

/**
 * What search sees: the records as they were `lagMs` ago. HubSpot's page says that it "may take a few moments"
 * until a change appears in search; reading by id or by a unique property is not affected.
 */
export interface SearchIndex {
  note(table: Table, record: CrmRecord): void;
  /** In the order of creation; archived records never appear. */
  visible(table: Table): Iterable<Snapshot>;
}

interface Pending {
  readonly dueAt: number;
  readonly table: Table;
  readonly snapshot: Snapshot;
}

export function createSearchIndex(clock: Clock, lagMs: number): SearchIndex {
  const indexed = new Map<Table, Map<string, Snapshot>>();
  let pending: Pending[] = [];
  const settle = (): void => {
    const now = clock.now();
    const due = pending.filter(({ dueAt }) => dueAt <= now);
    if (due.length === 0) return;
    pending = pending.filter(({ dueAt }) => dueAt > now);
    for (const { table, snapshot } of due) put(indexed, table, snapshot);
  };
  return {
    note: (table, record) => {
      const snapshot = takeSnapshot(record);
      if (lagMs === 0) put(indexed, table, snapshot);
      else pending.push({ dueAt: clock.now() + lagMs, table, snapshot });
    },
    visible: (table) => {
      settle();
      return indexed.get(table)?.values() ?? [];
    },
  };
}

function put(indexed: Map<Table, Map<string, Snapshot>>, table: Table, snapshot: Snapshot): void {
  const snapshots = indexed.get(table) ?? new Map<string, Snapshot>();
  indexed.set(table, snapshots);
  if (snapshot.archivedAt === undefined) snapshots.set(snapshot.id, snapshot);
  else snapshots.delete(snapshot.id);
}
