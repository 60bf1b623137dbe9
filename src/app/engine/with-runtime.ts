import { createLogger } from '../../observe/logger.ts';
import { loadFrom } from '../open/load.ts';
import { openStore } from '../open/open-store.ts';
import { requireFlow } from '../open/require-flow.ts';
import type { Surroundings } from '../surroundings.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import { whileThere } from './watch-store.ts';

export interface RuntimeWish {
  readonly dir: string;
  /** Must be one that can be run. */
  readonly flow?: string;
  /** As `RuntimeParts` has it. */
  readonly ownFlows?: readonly string[];
}

/** Opens an engine for one piece of work, and closes it again whatever happens. */
export async function withRuntime<T>(
  around: Surroundings,
  { dir, flow, ownFlows }: RuntimeWish,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const loaded = await loadFrom(around, dir);
  if (flow !== undefined) requireFlow(loaded, flow);
  const store = await openStore(around.env, dir);
  try {
    const log = createLogger('error', around.logTo);
    const runtime = createRuntime(around, { loaded, store, log, ...(ownFlows && { ownFlows }) });
    try {
      return await whileThere(runtime.gone, use(runtime));
    } finally {
      await runtime.close();
    }
  } finally {
    await store.close();
  }
}
