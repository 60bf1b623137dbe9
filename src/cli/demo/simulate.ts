import { Command } from 'commander';
import { loadSimulator, loadSimulators } from '../../app/simulate/find-simulators.ts';
import { Fault } from '../../contract/fault.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { example, parseCount, type Report } from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';

interface Options {
  readonly port: string;
  readonly seed: string;
  readonly size: readonly string[];
  readonly json?: boolean;
}

export function simulateCommand(context: Context, report: Report): Command {
  return new Command('simulate')
    .summary("run a connector's simulator of its system")
    .description(
      'Runs a stateful stand-in for a system on loopback, until Ctrl-C. Without a name: which there are.',
    )
    .argument('[name]', 'name of the connector')
    .option('-p, --port <n>', 'port on loopback; 0 takes any free one', '0')
    .option('--seed <n>', 'the same seed gives the same data', '1')
    .option('--size <kind=n...>', 'how much there is of something, e.g. orders=50', [])
    .option('--json', 'print where it listens as one JSON document')
    .addHelpText(
      'after',
      example('tradelane simulate', 'tradelane simulate ordercloud --port 9001 --size orders=50'),
    )
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined) await listSimulators(context, options);
      else await simulate(context, name, options);
      report(exit.clean);
    });
}

async function listSimulators(context: Context, options: Options): Promise<void> {
  const found = (await loadSimulators(context)).map(({ name, summary, notModelled }) => ({
    name,
    summary,
    notModelled,
  }));
  if (options.json) {
    printJson(context, { simulators: found });
    return;
  }
  for (const { name, summary, notModelled } of found) {
    printLine(context, `${name}: ${summary}`);
    for (const sentence of notModelled) printLine(context, `  not modelled: ${sentence}`);
  }
}

async function simulate(context: Context, name: string, options: Options): Promise<void> {
  const simulator = await loadSimulator(context, name);
  const port = parseCount(options.port, '--port');
  const running = await startSimulator(simulator, {
    port,
    seed: parseCount(options.seed, '--seed'),
    size: parseSizes(options.size, simulator),
    clock: context.clock,
  }).catch((cause: Error) => {
    throw new Fault('TL_CONNECTION_CONFIG', `cannot listen on port ${port}: ${cause.message}`, { cause });
  });
  const { url, config } = running;
  if (options.json) printJson(context, { name, url, config });
  else printLine(context, `${name} listens on ${url}\nconfig: ${JSON.stringify(config)}`);
  printNote(context, `control: ${url}/_simulator/state  (Ctrl-C ends it)`);
  await new Promise<void>((resolve) => {
    if (context.stop.aborted) resolve();
    context.stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await running.close();
}

function parseSizes(texts: readonly string[], simulator: Simulator): Readonly<Record<string, number>> {
  const known = Object.keys(simulator.defaultSize ?? {});
  return Object.fromEntries(
    texts.map((text) => {
      const [kind = '', count = ''] = text.split('=');
      if (!known.includes(kind)) {
        throw new Fault('TL_ARGUMENT_INVALID', `--size ${text}: ${simulator.name} knows ${known.join(', ')}`);
      }
      return [kind, parseCount(count, `--size ${kind}`)];
    }),
  );
}
