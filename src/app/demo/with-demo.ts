import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../observe/logger.ts';
import { createWarehouse } from '../../simulator/warehouse.ts';
import type { Runtime } from '../engine/runtime.ts';
import { openWatchedRuntime, type WatchedRuntime } from '../engine/watched-runtime.ts';
import { engineRoles } from '../engine/with-engine.ts';
import type { Probes } from '../health/probes.ts';
import { loadFrom } from '../open/load.ts';
import { openStore, removeOwnStore } from '../open/open-store.ts';
import type { Surroundings } from '../surroundings.ts';
import { writeDemoWorkspace } from './demo-workspace.ts';

/** The systems of the demo, wherever they run. */
export interface DemoSystems {
  /** What the connections of the example workspace need to find them. */
  readonly env: Readonly<Record<string, string>>;
  /** Lets business happen in all of them. */
  advance(): Promise<void>;
  close(): Promise<void>;
}

export interface Demo {
  /** The demo's workspace, for other terminals as well. */
  readonly dir: string;
  readonly runtime: Runtime;
  readonly probes: Probes;
  /** New orders, changed prices, moved stock. */
  advance(): Promise<void>;
}

/**
 * The example workspace in a folder of its own, over simulators, a warehouse that drops files and a database that is new
 * each time, for as long as it is used: the figures are the same for everybody.
 */
export async function withDemo<T>(
  around: Surroundings,
  startSystems: () => Promise<DemoSystems>,
  use: (demo: Demo) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-demo-'));
  // Root's PostgreSQL runs as another account, which has to pass through; nobody can look around in here.
  await chmod(dir, 0o711);
  const files = join(dir, 'warehouse');
  const warehouse = createWarehouse({ dir: files, seed: 1, products: 2_000, clock: around.clock });
  const systems = await startSystems();
  try {
    const variables = { ...systems.env, WAREHOUSE_DIR: files };
    await writeDemoWorkspace(around, dir, variables);
    await warehouse.dropFullCount();
    return await withOwnEngine(
      { ...around, env: { ...around.env, ...variables } },
      dir,
      ({ runtime, probes }) =>
        use({
          ...{ dir, runtime, probes },
          advance: async () => {
            await Promise.all([systems.advance(), warehouse.dropMovements()]);
          },
        }),
    );
  } finally {
    await systems.close();
    await removeOwnStore(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

async function withOwnEngine<T>(
  around: Surroundings,
  dir: string,
  use: (watched: WatchedRuntime) => Promise<T>,
): Promise<T> {
  const store = await openStore({}, dir);
  try {
    const log = createLogger('error', around.logTo);
    const loaded = await loadFrom(around, dir);
    const own = { ...around, env: withoutRedis(around.env) };
    const watched = await openWatchedRuntime(own, { loaded, store, log });
    try {
      watched.runtime.startWorking();
      await watched.live(engineRoles);
      return await use(watched);
    } finally {
      await watched.close();
    }
  } finally {
    await store.close();
  }
}

/** The demo shows what works without anything installed: its queue lives in its own database. */
function withoutRedis({ REDIS_URL: _notHere, ...env }: Surroundings['env']): Surroundings['env'] {
  return env;
}
