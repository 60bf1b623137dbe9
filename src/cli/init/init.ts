import { readFile, realpath, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import { writeEditorSchemas } from '../../app/files/editor-schemas.ts';
import { loadFrom } from '../../app/open/load.ts';
import { Fault } from '../../contract/fault.ts';
import { makeFolder } from '../../contract/make-folder.ts';
import { openWorkspace } from '../../workspace/load/load-workspace.ts';
import {
  connectionsPath,
  connectorOf,
  entityOf,
  isFlowPath,
  settingsPath,
  tableOf,
} from '../../workspace/load/paths.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { printHint, printJson, printLine } from '../output/print.ts';
import { quotePath } from '../quote-path.ts';
import { askWish } from './ask-choice.ts';
import { type Choice, choose, type Wish } from './choice.ts';
import { composeWorkspace, simulateCommands } from './compose-workspace.ts';
import { listOffer } from './ends.ts';
import type { NewFile } from './new-file.ts';
import { requirePlace } from './require-place.ts';
import { listFiles, loadTemplates, type Templates } from './templates.ts';

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
  await requirePlace(dir);
  await requireFree(dir, []);
  const templates = await loadTemplates(context.packageDir);
  const loaded = await openWorkspace(join(context.packageDir, 'templates'), {
    env: context.env,
    builtinDir: context.packageDir,
  });
  const offer = listOffer(loaded.workspace, templates);
  const choice = choose(isAsking(context, options) ? await askWish(context, options, offer) : options, offer);
  const dependency = await dependencyOn(context, dir);
  const files = await composeWorkspace(choice, { context, loaded, templates, dir, dependency });
  await requireFree(dir, files);
  const kept: string[] = [];
  for (const file of files) if (!(await write(context, dir, file))) kept.push(file.path);
  await writeEditorSchemas(context, (await loadFrom(context, dir)).workspace);
  const written = files.map(({ path }) => path).filter((path) => !kept.includes(path));
  if (options.json) printJson(context, { dir, ...toDocument(choice), files: written, kept });
  else explain(context, dir, { choice, written, kept, templates, dependency });
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

function toDocument({ flow, source, target }: Choice) {
  return { flow, entity: source.entity, source: source.connector, target: target.connector };
}

/** A new repository has these, and they take nothing from a workspace. */
const mayBeThere = ['README.md', '.gitignore', '.env.example', 'package.json'];

/** Throws a Fault TL_ARGUMENT_INVALID where a workspace, or one of the files, is there already. */
async function requireFree(dir: string, files: readonly NewFile[]): Promise<void> {
  const inTheWay = await findInTheWay(dir, files);
  if (inTheWay.length === 0) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `${dir} is not free: it has ${inTheWay.join(', ')}; nothing was written`,
  );
}

async function findInTheWay(dir: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const found = await stat(dir).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) throw new Fault('TL_ARGUMENT_INVALID', `${dir} is not a folder`);
  const ours = files.map(({ path }) => path).filter((path) => !mayBeThere.includes(path));
  const folders = ['flows', 'connectors', 'schemas', 'config'];
  const there = await Promise.all(folders.map((folder) => listFiles(join(dir, folder), dir)));
  const taken = await Promise.all(ours.map(async (path) => ((await exists(join(dir, path))) ? [path] : [])));
  return [...new Set([...there.flat().filter(isWorkspaceFile), ...taken.flat()])].sort();
}

function isWorkspaceFile(path: string): boolean {
  const named = [connectorOf, entityOf, tableOf].some((nameOf) => nameOf(path) !== undefined);
  return named || isFlowPath(path) || path === connectionsPath || path === settingsPath;
}

/** `false` if the file is there already, and is left as it is. */
async function write(context: Context, dir: string, { path, text }: NewFile): Promise<boolean> {
  const target = join(dir, path);
  try {
    await makeFolder(dirname(target));
    await writeFile(target, text, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' && mayBeThere.includes(path)) return false;
    throw new Fault('TL_ARGUMENT_INVALID', `cannot write ${target}: ${message}`, { cause });
  }
  // A file that has just changed might still be growing, so it is not read yet. The samples are whole.
  const hourAgo = new Date(context.clock.now() - 3_600_000);
  if (path.startsWith('data/')) await utimes(target, hourAgo, hourAgo);
  return true;
}

interface Written {
  readonly choice: Choice;
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly templates: Templates;
  readonly dependency: string;
}

function explain(context: Context, dir: string, written: Written): void {
  const { choice, kept, templates, dependency } = written;
  const place = relative(context.cwd, dir) || '.';
  const option = place === '.' ? '' : ` --workspace ${quotePath(place)}`;
  printLine(context, `a new workspace in ${place}`);
  for (const path of written.written) printLine(context, `  ${path}`);
  for (const path of kept) printLine(context, `  ${path}  was there already and is left as it is`);
  if (kept.includes('package.json'))
    printLine(context, `\nits package.json needs among its dependencies:  "tradelane": "${dependency}"`);
  printLine(context, '\nnext:');
  const commands = [`validate${option}`, `test${option}`, `run ${choice.flow}${option}`, `dev${option}`];
  for (const command of commands) printHint(context, `  tradelane ${command}`);
  const simulators = simulateCommands(choice, templates);
  if (simulators.length === 0) return;
  printLine(context, '\nbefore it runs, each in a terminal of its own:');
  for (const command of simulators) printHint(context, `  ${command}`);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
