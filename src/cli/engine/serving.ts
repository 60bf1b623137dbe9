import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTokenAuthentication } from '../../api/authenticate.ts';
import { type Served, serve } from '../../api/serve.ts';
import { serveProbes } from '../../api/serve-probes.ts';
import type { StartableEngine } from '../../app/engine/with-engine.ts';
import { databaseOf } from '../../app/open/open-database.ts';
import type { Context } from '../context.ts';

export interface ServingOptions {
  /** Else as the environment has it, or the settings. */
  readonly listen?: string;
  /** The workspace's folder. */
  readonly dir: string;
}

export const listenOption = '--listen <host:port>';
export const listenHelp =
  'where the API listens; else as TRADELANE_LISTEN says, or `listen` in config/tradelane.yaml: 127.0.0.1:7400';

export const metricsOption = '--metrics <host:port>';
export const metricsHelp =
  'serves /metrics, /healthz and /readyz at an address of their own, with or without the API; else as TRADELANE_METRICS says';

type Serving = Pick<StartableEngine, 'runtime' | 'log' | 'probes'>;
type Ending = Pick<StartableEngine, 'stop'>;

/**
 * Serves the API for as long as `use` takes, and then until the engine has come to its end: who asks how the process is
 * learns that it stops.
 */
export async function whileServing(
  context: Context,
  engine: Serving & Ending,
  options: ServingOptions,
  use: (served: Served) => Promise<void>,
): Promise<void> {
  const served = await startServing(context, engine, options);
  try {
    await use(served);
  } finally {
    if (context.stop.aborted) await served.settled();
    await engine.stop();
    await served.close();
  }
}

/** The same for figures and health alone, where an address is named for them. */
export async function whileProbed(
  context: Context,
  { runtime, log, probes, stop }: Serving & Ending,
  named: string | undefined,
  use: () => Promise<void>,
): Promise<void> {
  const listen = named ?? context.env['TRADELANE_METRICS'];
  if (!listen) return await use();
  const authenticate = createTokenAuthentication(databaseOf(runtime));
  const served = await serveProbes({ probes, authenticate, listen, log });
  log.info({ url: served.url }, 'figures and health are served');
  try {
    await use();
  } finally {
    await stop();
    await served.close();
  }
}

/** At the address that is named, else at the usual port, or one of the next that is free. */
export async function serveSomewhere(
  context: Context,
  engine: Serving,
  { dir }: Pick<ServingOptions, 'dir'>,
): Promise<Served> {
  if (context.env['TRADELANE_LISTEN']) return await startServing(context, engine, { dir });
  for (let port = firstPort; ; port += 1) {
    try {
      return await startServing(context, engine, { dir, listen: `127.0.0.1:${port}` });
    } catch (thrown) {
      if (port === firstPort + otherPorts) throw thrown;
    }
  }
}

const firstPort = 7_400;
const otherPorts = 20;

async function startServing(
  context: Context,
  { runtime, probes, log }: Serving,
  { listen, dir }: ServingOptions,
): Promise<Served> {
  const configured = runtime.plans.workspace().settings.listen;
  return await serve(context, {
    ...{ runtime, probes, dir, log },
    listen: listen ?? context.env['TRADELANE_LISTEN'] ?? configured,
    version: versionOf(context),
  });
}

function versionOf({ packageDir }: Context): string {
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
