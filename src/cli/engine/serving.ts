import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Served, serve } from '../../api/serve.ts';
import type { StartableEngine } from '../../app/engine/with-engine.ts';
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

/** Serves the API for as long as `use` takes. */
export async function whileServing(
  context: Context,
  engine: Pick<StartableEngine, 'runtime' | 'log'>,
  options: ServingOptions,
  use: (served: Served) => Promise<void>,
): Promise<void> {
  const served = await startServing(context, engine, options);
  try {
    await use(served);
  } finally {
    await served.close();
  }
}

/** At the address that is named, else at the usual port, or one of the next that is free. */
export async function serveSomewhere(
  context: Context,
  engine: Pick<StartableEngine, 'runtime' | 'log'>,
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
  { runtime, log }: Pick<StartableEngine, 'runtime' | 'log'>,
  { listen, dir }: ServingOptions,
): Promise<Served> {
  const configured = runtime.plans.workspace().settings.listen;
  return await serve(context, {
    runtime,
    dir,
    listen: listen ?? context.env['TRADELANE_LISTEN'] ?? configured,
    version: versionOf(context),
    log,
  });
}

function versionOf({ packageDir }: Context): string {
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
