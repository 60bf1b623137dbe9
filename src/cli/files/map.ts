import { resolve } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { Command } from 'commander';
import { workspacePaths } from '../../app/files/watch-paths.ts';
import { mapRecord, toMapDocument } from '../../app/map/map-record.ts';
import { Fault } from '../../contract/fault.ts';
import type { TestXref } from '../../contract/generated/test.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printMapped } from '../output/map-view.ts';
import { printJson, printNote } from '../output/print.ts';
import { watchAndRepeat } from './watch-and-repeat.ts';

interface Options extends CommonOptions {
  readonly input: string;
  readonly key?: string;
  readonly xref: readonly string[];
  readonly watch?: boolean;
}

export function mapCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('map'))
    .summary('what a flow makes of a record, side by side')
    .description(
      'Shows a record as the source gives it, as the flow maps it and as the target is given it. No system is asked ' +
        'anything, and no variable need be set.',
    )
    .argument('<flow>', 'name of the flow')
    .requiredOption(
      '--input <file>',
      'a record or a list of them: JSON, JSON Lines, YAML, or what the source reads (CSV, XML); - for standard input',
    )
    .option('--key <key>', 'the record with this key; the first one if left out')
    .option(
      '--xref <reference>',
      'what $xref knows: entity/id=id at the target; as often as needed',
      collect,
      [],
    )
    .option('--watch', 'show it again whenever a file changes')
    .addHelpText(
      'after',
      example(
        'tradelane map orders-to-erp --input order.json --watch',
        'tradelane map orders-to-erp --input orders.jsonl --key SO-100012 --xref customer/C-17=8f3a',
        'tradelane errors show 17 --json | jq .record | tradelane map orders-to-erp --input -',
      ),
    )
    .action(async (flow: string, options: Options) => report(await map(context, flow, options)));
}

async function map(context: Context, flow: string, options: Options): Promise<ExitCode> {
  const xrefs = parseXrefs(options.xref);
  const path = options.input === '-' ? undefined : resolve(context.cwd, options.input);
  // It can be read once.
  const input =
    path === undefined ? { text: await readText(context.openStdin()) } : { path, name: options.input };
  const dir = workspaceDir(context, options);
  const once = async () => {
    const mapped = await mapRecord(context, { dir, flow, input, key: options.key, xrefs });
    for (const note of mapped.notes) printNote(context, note);
    if (options.json) printJson(context, toMapDocument(mapped));
    else printMapped(context, mapped);
    return mapped.came.outcome === 'failed' ? exit.findings : exit.clean;
  };
  if (!options.watch) return await once();
  if (options.json) throw new Fault('TL_ARGUMENT_INVALID', '--watch is for people: leave --json out');
  const paths = [...workspacePaths(dir), ...(path === undefined ? [] : [path])];
  return await watchAndRepeat(context, paths, async () => {
    await once();
  });
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** `customer/C-17=8f3a` */
function parseXrefs(texts: readonly string[]): TestXref {
  const xrefs: Record<string, Record<string, string>> = {};
  for (const text of texts) {
    const [, entity = '', id = '', target = ''] = /^([^/=]+)\/(.+?)=(.+)$/.exec(text) ?? [];
    if (entity === '') {
      const message = `--xref must be entity/id=id at the target, such as customer/C-17=8f3a, got "${text}"`;
      throw new Fault('TL_ARGUMENT_INVALID', message);
    }
    xrefs[entity] = { ...xrefs[entity], [id]: target };
  }
  return xrefs;
}
