import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import type { Wish } from '../../app/init/choice.ts';
import {
  initWorkspace,
  type NewWorkspace,
  prepareInit,
  toInitDocument,
} from '../../app/init/init-workspace.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { printHint, printJson, printLine } from '../output/print.ts';
import { quotePath } from '../quote-path.ts';
import { askWish } from './ask-choice.ts';

interface Options extends CommonOptions, Wish {
  readonly yes?: boolean;
}

export function initCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('init'))
    .summary('write a new workspace')
    .description(
      'Writes a workspace with two connections, a flow between them, its test, and a check for build machines. In a ' +
        'terminal it asks what the flow is about; otherwise, or with --yes, it takes what the options say, and orders ' +
        'from one folder to another where they say nothing. Nothing is overwritten.',
    )
    .argument('[dir]', 'where; default: the workspace folder')
    .option('--source <connector>', 'what records come from: file, http, ordercloud, …')
    .option('--target <connector>', 'what they go to')
    .option('--entity <name>', 'what they are: order, customer, stock, price')
    .option('--name <flow>', 'what the flow is called')
    .option('-y, --yes', 'ask nothing')
    .addHelpText(
      'after',
      example(
        'tradelane init shop',
        'tradelane init shop --yes',
        'tradelane init --source ordercloud --target business-central --entity customer',
      ),
    )
    .action(async (dir: string | undefined, options: Options) => {
      await init(context, resolve(context.cwd, dir ?? options.workspace), options);
      report(exit.clean);
    });
}

async function init(context: Context, dir: string, options: Options): Promise<void> {
  // Before anything is asked: answers in vain make nobody happy.
  const prepared = await prepareInit(context, dir);
  const wish = isAsking(context, options) ? await askWish(context, options, prepared.offer) : options;
  const dependency = await dependencyOn(context, dir);
  const made = await initWorkspace(context, prepared, wish, dependency);
  if (options.json) printJson(context, toInitDocument(dir, made));
  else explain(context, { dir, made, dependency });
}

/** Without a terminal at both ends there is nobody to ask; a document is wanted by programs. */
function isAsking({ openStdin, stderr }: Context, { yes, json }: Options): boolean {
  return yes !== true && json !== true && stderr.isTTY && openStdin().isTTY;
}

/**
 * How a workspace gets at the Tradelane that writes it: an installed one by its version; a checkout, which no registry
 * has, by the way to it.
 */
async function dependencyOn({ packageDir, main }: Context, dir: string): Promise<string> {
  if (extname(main) === '.ts')
    return `file:${relative(await toRealPath(dir), await realpath(packageDir))
      .split(sep)
      .join('/')}`;
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `^${manifest.version}`;
}

/** npm goes by real paths; a folder that is not there yet is where its parent really is. */
async function toRealPath(dir: string): Promise<string> {
  try {
    return await realpath(dir);
  } catch {
    const parent = dirname(dir);
    return parent === dir ? dir : join(await toRealPath(parent), basename(dir));
  }
}

interface Written {
  readonly dir: string;
  readonly made: NewWorkspace;
  readonly dependency: string;
}

function explain(context: Context, { dir, made, dependency }: Written): void {
  const { choice, files, kept, simulators } = made;
  const place = relative(context.cwd, dir) || '.';
  const option = place === '.' ? '' : ` --workspace ${quotePath(place)}`;
  printLine(context, `a new workspace in ${place}`);
  for (const path of files) printLine(context, `  ${path}`);
  for (const path of kept) printLine(context, `  ${path}  was there already and is left as it is`);
  if (kept.includes('package.json'))
    printLine(context, `\nits package.json needs among its dependencies:  "tradelane": "${dependency}"`);
  printLine(context, '\nnext:');
  const commands = [`validate${option}`, `test${option}`, `run ${choice.flow}${option}`, `dev${option}`];
  for (const command of commands) printHint(context, `  tradelane ${command}`);
  if (simulators.length === 0) return;
  printLine(context, '\nbefore it runs, each in a terminal of its own:');
  for (const command of simulators) printHint(context, `  ${command}`);
}
