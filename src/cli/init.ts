import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../contract/fault.ts';
import {
  connectionsPath,
  connectorOf,
  entityOf,
  isFlowPath,
  settingsPath,
  tableOf,
} from '../workspace/paths.ts';
import { example, type Report, withCommonOptions } from './common-options.ts';
import { type CommonOptions, type Context, exit } from './context.ts';
import { writeEditorSchemas } from './editor-schemas.ts';
import { loadFrom } from './load.ts';
import { printJson, printLine } from './output/print.ts';

export function initCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('init'))
    .summary('write a new workspace')
    .description(
      'Writes a small workspace that runs at once: a flow from one folder to another. Nothing is overwritten.',
    )
    .argument('[dir]', 'where; default: the workspace folder')
    .addHelpText('after', example('tradelane init shop', 'tradelane run orders-to-warehouse -w shop'))
    .action(async (dir: string | undefined, options: CommonOptions) => {
      await init(context, resolve(context.cwd, dir ?? options.workspace), options);
      report(exit.clean);
    });
}

async function init(context: Context, dir: string, options: CommonOptions): Promise<void> {
  const files = await loadTemplate(context);
  const inTheWay = await findInTheWay(dir, files);
  if (inTheWay.length > 0) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `${dir} is not free: it has ${inTheWay.join(', ')}; nothing was written`,
    );
  }
  const kept: string[] = [];
  for (const file of files) if (!(await write(context, dir, file))) kept.push(file.path);
  await writeEditorSchemas(context, (await loadFrom(context, dir)).workspace);
  const written = files.map(({ path }) => path).filter((path) => !kept.includes(path));
  if (options.json) printJson(context, { dir, files: written, kept });
  else explain(context, dir, { written, kept });
}

interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

async function loadTemplate(context: Context): Promise<readonly TemplateFile[]> {
  const root = join(context.packageDir, 'templates', 'workspace');
  const paths = await listFiles(root);
  const load = async (path: string) => ({
    path: dotted[path] ?? path,
    text: await readFile(join(root, path), 'utf8'),
  });
  const files = await Promise.all(paths.map(load));
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** npm leaves a file named .gitignore out of a package, and git may be told to ignore whatever begins with .env. */
const dotted: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'env.example': '.env.example' };

/** A new repository has these, and they take nothing from a workspace. */
const mayBeThere = ['README.md', '.gitignore', '.env.example'];

async function findInTheWay(dir: string, files: readonly TemplateFile[]): Promise<readonly string[]> {
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
async function write(context: Context, dir: string, { path, text }: TemplateFile): Promise<boolean> {
  const target = join(dir, path);
  try {
    await mkdir(dirname(target), { recursive: true });
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

function explain(
  context: Context,
  dir: string,
  { written, kept }: { readonly written: readonly string[]; readonly kept: readonly string[] },
): void {
  const place = relative(context.cwd, dir) || '.';
  const option = place === '.' ? '' : ` --workspace ${/^[\w./-]+$/.test(place) ? place : `'${place}'`}`;
  printLine(context, `a new workspace in ${place}`);
  for (const path of written) printLine(context, `  ${path}`);
  for (const path of kept) printLine(context, `  ${path}  was there already and is left as it is`);
  printLine(context, `\nnext:\n  tradelane run orders-to-warehouse${option}\n  tradelane dev${option}`);
}

/** All files below a folder, relative to `from`, with slashes; none if there is no such folder. */
async function listFiles(folder: string, from = folder): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
