import { Command } from 'commander';
import type { Ask } from '../../client/create-client.ts';
import type { ErrorsNotedAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, withServerOption } from '../asking/with-asking.ts';
import { example, parseTimeOption, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { byOption } from '../who.ts';
import { parseCauseId, parseId } from './error-filter.ts';
import type { WithinAsking } from './within.ts';

interface NoteOptions extends AskingOptions {
  readonly to?: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly until: string;
}

/** What people note of causes and single errors. */
export function noteCommands(context: Context, within: WithinAsking): readonly Command[] {
  const assign = begin('assign', 'who sees to it', 'tradelane errors assign C12 17 --to anna');
  const tag = begin(
    'tag',
    'names that it is found by',
    'tradelane errors tag C12 --add countries --remove new',
  );
  const mute = begin('mute', 'needs nobody for a while', 'tradelane errors mute C12 --until 2027-01-15');
  const unmute = begin('unmute', 'takes that back', 'tradelane errors unmute C12');
  const noting = { context, within };
  return [
    addNoting(
      noting,
      assign.option('--to <name>', 'this person; nobody, if left out'),
      (ask, subjects, { to }) => ask('assignErrors', { ...subjects, ...(to !== undefined && { to }) }),
    ),
    addNoting(
      noting,
      tag
        .option('--add <tag...>', 'tags that it has from now on', [])
        .option('--remove <tag...>', 'tags that it loses', []),
      (ask, subjects, { add, remove }) => ask('tagErrors', { ...subjects, add, remove }),
    ),
    addNoting(noting, mute.option('--until <time>', 'until then', forGood), (ask, subjects, { until }) =>
      ask('muteErrors', { ...subjects, until: parseTimeOption(until, '--until').toISOString() }),
    ),
    addNoting(noting, unmute, (ask, subjects) => ask('unmuteErrors', subjects)),
    commentCommand(noting),
  ];
}

interface NotingTools {
  readonly context: Context;
  readonly within: WithinAsking;
}

function addNoting(
  { context, within }: NotingTools,
  command: Command,
  note: (ask: Ask, subjects: Subjects, options: NoteOptions) => Promise<ErrorsNotedAnswer>,
): Command {
  return command
    .argument('<ids...>', 'causes (C12) and errors (17)')
    .action((ids: string[], options: NoteOptions) =>
      within(options, async (ask) => {
        const noted = await note(ask, toSubjects(ids), options);
        return tell(context, ids, { noted, options });
      }),
    );
}

function commentCommand({ context, within }: NotingTools): Command {
  return begin('comment', 'says something about it', 'tradelane errors comment C12 "the ERP team adds it"')
    .argument('<id>', 'a cause (C12) or an error (17)')
    .argument('<text>', 'what there is to say')
    .action((id: string, text: string, options: NoteOptions) =>
      within(options, async (ask) => {
        const noted = await ask('commentErrors', { ...toSubjects([id]), text });
        return tell(context, [id], { noted, options });
      }),
    );
}

/** Nobody waits that long. */
const forGood = '9999-12-31';

function begin(name: string, summary: string, line: string): Command {
  return withServerOption(withCommonOptions(new Command(name)))
    .summary(summary)
    .option('--by <name>', byOption)
    .addHelpText('after', example(line));
}

type Subjects = ReturnType<typeof toSubjects>;

function toSubjects(ids: readonly string[]) {
  const isCause = (id: string) => /^[Cc]/.test(id);
  return {
    causes: ids.filter(isCause).map(parseCauseId),
    errors: ids.filter((id) => !isCause(id)).map(parseId),
  };
}

function tell(
  context: Context,
  ids: readonly string[],
  { noted, options }: { readonly noted: ErrorsNotedAnswer; readonly options: NoteOptions },
): ExitCode {
  if (options.json) printJson(context, noted);
  else printLine(context, `noted: ${noted.noted} ${ids.join(' ')}`);
  return exit.clean;
}
