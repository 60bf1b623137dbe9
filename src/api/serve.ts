import type { Runtime } from '../app/engine/runtime.ts';
import type { Probes } from '../app/health/probes.ts';
import { createLiveViews } from '../app/live/live-views.ts';
import { databaseOf } from '../app/open/open-database.ts';
import { createLooks, servedLooks } from '../app/plan/looks.ts';
import type { Surroundings } from '../app/surroundings.ts';
import { toFault } from '../contract/fault.ts';
import { present } from '../contract/present.ts';
import type { Logger } from '../observe/logger.ts';
import { createAuthentication, createRecheck } from './authenticate.ts';
import { createApi } from './create-api.ts';
import { createDraining } from './draining.ts';
import { listenAt, parseListen } from './listen.ts';

export interface ServeParts {
  readonly runtime: Runtime;
  readonly probes: Probes;
  /** The workspace's folder. */
  readonly dir: string;
  /** `HOST:PORT`, or `[IPv6]:PORT`; port 0: any that is free. */
  readonly listen: string;
  readonly version: string;
  readonly log: Logger;
}

export interface Served {
  /** `http://127.0.0.1:7400` */
  readonly url: string;
  /** Once it is to stop: when what was under way has come to its end. Who asks for its health gets an answer still. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Serves the API of an engine. Throws a Fault TL_ARGUMENT_INVALID where it cannot listen there. */
export async function serve(
  around: Surroundings,
  { runtime, probes, dir, listen, version, log }: ServeParts,
): Promise<Served> {
  const address = parseListen(listen);
  const { settings } = runtime.plans.workspace();
  const draining = createDraining(around.stop);
  const open = databaseOf(runtime);
  const looks = createLooks({ ...servedLooks, stop: around.stop });
  // Where it listens is known only once it does, and nobody asks before.
  let reached: string | undefined;
  const access = () => runtime.plans.workspace().settings.access;
  const site = () => access().publicUrl ?? present(reached, 'the address that the server listens at');
  const login = { open, access, site, env: around.env, log, loginsPerMinute: 60 };
  const views = createLiveViews(runtime, {
    failed: (why) => log.warn({ code: toFault(why).code }, 'what changes cannot be looked at just now'),
  });
  const server = createApi({
    authenticate: createAuthentication(login),
    login,
    live: { views, recheck: createRecheck(login), stop: around.stop },
    deskFor: (caller) => ({ caller, open, around, dir, looks, useEngine: (use) => use(runtime) }),
    idempotency: open,
    packageDir: around.packageDir,
    version,
    log,
    maxBodyBytes: 10_000_000,
    requestsPerMinute: settings.requestsPerMinute,
    ...{ probes, draining },
  });
  const instead = 'name another one with --listen, or leave the role api out with --role';
  const url = await listenAt(server, address, instead);
  // What listens at all addresses of this machine is reached at its own.
  reached = url.replace(/(?<=:\/\/)(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1');
  return { url, settled: () => draining.settled(settings.shutdownTimeoutMs), close: () => server.close() };
}
