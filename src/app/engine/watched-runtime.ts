import { createMetrics } from '../../observe/metrics/metrics.ts';
import { poolUseOf } from '../../store/postgres/database.ts';
import { type Heartbeat, startHeartbeat } from '../health/heartbeat.ts';
import { loadPackageVersion } from '../health/package-version.ts';
import { createProbes, type Probes } from '../health/probes.ts';
import type { Surroundings } from '../surroundings.ts';
import { createRuntime, type Runtime, type RuntimeParts } from './runtime.ts';

/** An engine that stays, and that others look after: its figures, its health, its signs of life. */
export interface WatchedRuntime {
  readonly runtime: Runtime;
  readonly probes: Probes;
  /** From now on the process says that it lives, and that this is what it does. */
  live(roles: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openWatchedRuntime(
  around: Surroundings,
  parts: Omit<RuntimeParts, 'metrics' | 'ownFlows'>,
): Promise<WatchedRuntime> {
  const { store, log } = parts;
  const version = await loadPackageVersion(around);
  const metrics = createMetrics({ version, poolUse: () => poolUseOf(store.db) });
  const runtime = createRuntime(around, { ...parts, metrics });
  let heartbeat: Heartbeat | undefined;
  return {
    runtime,
    probes: createProbes(around, { runtime, metrics, log }),
    live: async (roles) => {
      heartbeat ??= await startHeartbeat({ db: store.db, id: runtime.engine.owner, roles, version, log });
    },
    close: async () => {
      // Before work comes to its end: nothing new is begun here any more.
      await heartbeat?.close();
      await runtime.close();
    },
  };
}
