import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { DemoSystems } from '../../app/demo/with-demo.ts';
import { Fault } from '../../contract/fault.ts';
import type { Context } from '../context.ts';

/** Simulators in processes of their own, as other systems would be. */
export async function startDemoSystems(context: Context): Promise<DemoSystems> {
  const started = await Promise.allSettled(
    Object.keys(variables).map((connector) => startOne(context, connector)),
  );
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async () => {
    await Promise.all(running.map((one) => one.close()));
  };
  const failure = started.find((one) => one.status === 'rejected');
  if (failure) {
    await close();
    throw failure.reason;
  }
  return {
    env: Object.fromEntries(running.map(({ connector, url }) => [variables[connector], url])),
    advance: async () => {
      await Promise.all(running.map(({ url }) => fetch(`${url}/_simulator/advance`, { method: 'POST' })));
    },
    close,
  };
}

const variables: Readonly<Record<string, string>> = {
  ordercloud: 'COMMERCE_URL',
  'business-central': 'ERP_URL',
  hubspot: 'CRM_URL',
};

interface Running {
  readonly connector: string;
  readonly url: string;
  close(): Promise<void>;
}

async function startOne(context: Context, connector: string): Promise<Running> {
  const child = fork(context.main, ['simulate', connector, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    // Its own group: Ctrl-C in the terminal is for the engine, which then takes leave of the systems in order.
    detached: true,
    cwd: context.cwd,
  });
  const first = await Promise.race([firstLine(child), once(child, 'exit').then(() => undefined)]);
  if (first === undefined)
    throw new Fault('TL_CONNECTION_CONFIG', `the simulator of ${connector} did not start`);
  const { url } = JSON.parse(first) as { url: string };
  return {
    connector,
    url,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined;
  let text = '';
  for await (const line of createInterface({ input: child.stdout })) {
    text += line;
    try {
      JSON.parse(text);
      return text;
    } catch {
      // The document goes on in the next line.
    }
  }
  return undefined;
}
