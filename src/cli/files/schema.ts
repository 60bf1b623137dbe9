import { Command } from 'commander';
import { writeEditorSchemas } from '../../app/files/editor-schemas.ts';
import { listSchemas, loadNamedSchema } from '../../app/files/list-schemas.ts';
import { loadFrom } from '../../app/open/load.ts';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { example, type Report, workspaceDir } from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { printJson, printLine, printTable } from '../output/print.ts';

interface Options {
  /** `true`: said without a folder. */
  readonly workspace?: string | true;
  readonly json?: boolean;
}

export function schemaCommand(context: Context, report: Report): Command {
  return new Command('schema')
    .summary('JSON Schemas of the files, for editors')
    .description(
      'Prints the JSON Schema of a kind of file, or of an entity; without a name: which there are. With --workspace ' +
        'the schema knows the connections, resources, entities and flows of the workspace; without a name all of them ' +
        'are written to .tradelane/schemas/, where the first line of each file sends an editor.',
    )
    .argument('[name]', 'flow, connections, connector, …, or an entity')
    .option('-w, --workspace [dir]', 'with the names of this workspace folder; default: the current folder')
    .option('--json', 'print one JSON document on standard output')
    .addHelpText(
      'after',
      example(
        'tradelane schema',
        'tradelane schema flow',
        'tradelane schema --workspace',
        'tradelane schema order',
      ),
    )
    .action(async (name: string | undefined, options: Options) => {
      if (name !== undefined) await print(context, name, options);
      else if (options.workspace === undefined) await list(context, options);
      else await write(context, options);
      report(exit.clean);
    });
}

async function print(context: Context, name: string, options: Options): Promise<void> {
  const names = options.workspace === undefined ? 'published' : 'of the workspace';
  printJson(context, await loadNamedSchema(context, dirOf(context, options), name, names));
}

async function list(context: Context, options: Options): Promise<void> {
  const schemas = await listSchemas(context, dirOf(context, options));
  if (options.json) printJson(context, { schemas });
  else {
    const rows = schemas.map(({ name, kind, about }) => [name, kind, firstSentence(about)]);
    printTable(context, [{ title: 'schema', isName: true }, { title: 'of' }, { title: 'describes' }], rows);
  }
}

async function write(context: Context, options: Options): Promise<void> {
  const { workspace } = await loadFrom(context, dirOf(context, options));
  const files = await writeEditorSchemas(context, workspace).catch((cause: NodeJS.ErrnoException) => {
    throw new Fault('TL_ARGUMENT_INVALID', `cannot write the schemas: ${cause.message}`, { cause });
  });
  if (options.json) printJson(context, { dir: workspace.dir, files });
  else for (const file of files) printLine(context, file);
}

function dirOf(context: Context, { workspace }: Options): string {
  return workspaceDir(context, { workspace: typeof workspace === 'string' ? workspace : '.' });
}

function firstSentence(text: string): string {
  return present(text.split(/(?<=\.)\s/)[0], 'a first sentence');
}
