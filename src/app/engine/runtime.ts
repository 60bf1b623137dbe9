import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createMemberSets } from '../../engine/absent/member-sets.ts';
import { defaultEngineLimits, type Engine } from '../../engine/engine.ts';
import { createConnectorLog, createEngineLog } from '../../observe/engine-log.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Metrics } from '../../observe/metrics/metrics.ts';
import type { LoadedWorkspace } from '../../workspace/load/load-workspace.ts';
import { createRunNotices, type RunNotices } from '../notices/run-notices.ts';
import type { Store } from '../open/open-store.ts';
import type { Surroundings } from '../surroundings.ts';
import { openQueueFor } from './open-queue.ts';
import { createPageMemory } from './page-memory.ts';
import { createPlanCache, type PlanCache } from './plan-cache.ts';
import { createSharedLimits } from './shared-limits.ts';
import { watchStore } from './watch-store.ts';
import { startWorkers } from './workers.ts';

/** An engine with everything it needs, over an open store. */
export interface Runtime {
  readonly engine: Engine;
  readonly plans: PlanCache;
  readonly notices: RunNotices;
  /** Throws where the queue does not answer. */
  proveQueue(): Promise<void>;
  /** Aborted, with the Fault that says why, when there is no database to work with any more. */
  readonly gone: AbortSignal;
  /** Starts to work lanes and read runs, and to sweep. */
  startWorking(): void;
  /** Takes nothing new, lets what is under way come to its end (within the shutdown time), and closes; once. */
  close(): Promise<void>;
}

export interface RuntimeParts {
  readonly loaded: LoadedWorkspace;
  readonly store: Store;
  readonly log: Logger;
  /** Of a command that works for itself: these flows, and those whose lanes it wakes, are all that it works. */
  readonly ownFlows?: readonly string[];
  /** Of a process whose figures somebody reads. */
  readonly metrics?: Metrics | undefined;
}

export function createRuntime(around: Surroundings, parts: RuntimeParts): Runtime {
  const { loaded, store, log, ownFlows } = parts;
  const { clock } = around;
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const plans = openPlans(around, parts, owner);
  const queue = openQueueFor(around, parts);
  const notices = createRunNotices({ db: store.db, url: store.url, owner });
  const { settings } = loaded.workspace;
  const engine = createEngine(around, parts, { plans, owner, wake: queue.wake, tell: notices });
  const watch = watchStore(store, { clock, patienceMs: ownFlows ? patienceMs.command : patienceMs.engine });
  const stopping = new AbortController();
  let workers: { close(): Promise<void> } | undefined;
  let closing: Promise<void> | undefined;
  const close = async () => {
    stopping.abort();
    await within(watch.gone.aborted ? goodbyeMs : settings.shutdownTimeoutMs, workers?.close());
    await within(goodbyeMs, notices.close());
    await queue.close();
    await plans.close();
    watch.close();
  };
  return {
    engine,
    plans,
    notices,
    proveQueue: queue.prove,
    gone: watch.gone,
    startWorking: () => {
      const { history } = settings;
      workers ??= startWorkers(engine, { queue, plans, stop: stopping.signal, log, history });
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function openPlans(
  { clock }: Surroundings,
  { loaded, store, log, metrics }: RuntimeParts,
  owner: string,
): PlanCache {
  return createPlanCache(loaded, {
    db: store.db,
    clock,
    log: (connection) => createConnectorLog(log, connection),
    shareLimits: createSharedLimits(store.db, owner),
    rememberPages: createPageMemory(store.db),
    watch: metrics?.watchConnection,
  });
}

type EngineParts = Pick<Engine, 'owner' | 'wake' | 'tell'> & { readonly plans: PlanCache };

function createEngine(
  { clock, random }: Surroundings,
  { loaded, store, log, metrics }: RuntimeParts,
  { plans, ...parts }: EngineParts,
): Engine {
  const { leaseMs, maxBatchBytes, maxRecordBytes } = loaded.workspace.settings;
  const events = createEngineLog(log);
  return {
    ...parts,
    db: store.db,
    clock,
    random,
    log: metrics ? metrics.countEvents(events) : events,
    loadPlan: (hash) => plans.load(hash),
    doubts: new Map(),
    members: createMemberSets(),
    answers: new Map(),
    shapes: new Map(),
    outspoken: new Set(),
    limits: { ...defaultEngineLimits, leaseMs, stageBytes: maxBatchBytes, maxRecordBytes },
  };
}

/** How long a database may be away: an engine waits while a person mends it, a command while it is started again. */
const patienceMs = { engine: 300_000, command: 60_000 };
/** Nothing that is under way can be recorded without it. */
const goodbyeMs = 2_000;

async function within(ms: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
