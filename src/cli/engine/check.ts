import { Command } from 'commander';
import type { CheckAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { type Column, paint, printJson, printLine, printTable } from '../output/print.ts';
import { seconds } from '../output/run-table.ts';

export function checkCommand(context: Context, report: Report): Command {
  const command = withCommonOptions(new Command('check'))
    .summary('prove that a connection works')
    .description(
      'Proves that connections work, by what flows read and write over them: signs in anew, reads a record of each ' +
        'resource that is read, and looks in those that are written for a record that cannot be there. Says in plain ' +
        'words what is wrong: the address, the secret, a right, a path. Nothing is ever written, and limits hold.',
    )
    .argument('[connection]', 'all connections, if left out');
  return withServerOption(command)
    .addHelpText('after', example('tradelane check', 'tradelane check erp --json'))
    .action(async (connection: string | undefined, options: AskingOptions) =>
      report(await check(context, connection, options)),
    );
}

async function check(
  context: Context,
  connection: string | undefined,
  options: AskingOptions,
): Promise<ExitCode> {
  const input = connection === undefined ? {} : { connections: [connection] };
  const checked = await withAsking(context, options, (ask) => ask('checkConnections', input));
  if (options.json) printJson(context, checked);
  else print(context, checked);
  return checked.ok ? exit.clean : exit.findings;
}

const columns: readonly Column[] = [
  { title: 'connection', isName: true },
  { title: 'resource' },
  { title: 'is' },
  { title: 'by' },
  { title: 'works' },
  { title: 'time', align: 'right' },
  { title: 'what was proved, or what is wrong' },
];

function print(context: Context, { connections, ok }: CheckAnswer): void {
  printTable(context, columns, connections.flatMap(rowsOf));
  for (const { connection, limits } of connections) {
    const said = Object.entries(limits).map(([name, value]) => `${name} ${value}`);
    if (said.length > 0) printLine(context, `limits of ${connection}: ${said.join(', ')}`);
  }
  const wrong = connections.filter((each) => !each.ok);
  const title = ok
    ? 'all of it works'
    : `what is wrong: ${wrong.length} of ${connections.length} connections`;
  printLine(context, `\n${paint(context.stdout, ok ? 'green' : 'bold', title)}`);
  for (const { connection, trouble, uses } of wrong)
    for (const [where, each] of [
      ['', trouble] as const,
      ...uses.map((use) => [` ${use.resource}`, use.trouble] as const),
    ]) {
      if (each)
        printLine(context, `  ${connection}${where}: ${each.means}\n    ${each.code}  ${each.message}`);
    }
}

function rowsOf({ connection, ms, proved, trouble, uses, ok }: CheckAnswer['connections'][number]) {
  const own =
    trouble || proved !== undefined || uses.length === 0
      ? [
          [
            connection,
            '-',
            '-',
            '-',
            worksText(ok),
            seconds(ms),
            trouble ? wrongText(trouble) : (proved ?? '-'),
          ],
        ]
      : [];
  const each = uses.map((use) => [
    ...[connection, use.resource, use.does === 'read' ? 'read' : 'written', use.flows.join(', ')],
    ...[worksText(use.ok), seconds(use.ms), use.trouble ? wrongText(use.trouble) : (use.proved ?? '-')],
  ]);
  return [...own, ...each];
}

function worksText(ok: boolean): string {
  return ok ? 'yes' : 'no';
}

function wrongText({ kind, code }: { readonly kind: string; readonly code: string }): string {
  return `${kind}: ${code}`;
}
