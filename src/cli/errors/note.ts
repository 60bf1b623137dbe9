import { Command } from 'commander';
import { noteErrors } from '../../app/errors/note-errors.ts';
import type { ErrorNote } from '../../store/errors/note-errors.ts';
import { example, parseTimeOption, withCommonOptions } from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { byOption, whoOf } from '../who.ts';
import { parseCauseId, parseId } from './error-filter.ts';
import type { Within } from './within.ts';

interface NoteOptions extends CommonOptions {
  readonly by?: string;
  readonly to?: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly until: string;
}

/** What people note of causes and single errors. */
export function noteCommands(context: Context, within: Within): readonly Command[] {
  const noting = (command: Command, toNote: (options: NoteOptions) => ErrorNote) =>
    command
      .argument('<ids...>', 'causes (C12) and errors (17)')
      .action((ids: string[], options: NoteOptions) =>
        within(options, (open) => note(context, open, { ids, note: toNote(options), options })),
      );
  const assign = begin('assign', 'who sees to it', 'tradelane errors assign C12 17 --to anna');
  const tag = begin(
    'tag',
    'names that it is found by',
    'tradelane errors tag C12 --add countries --remove new',
  );
  const mute = begin('mute', 'needs nobody for a while', 'tradelane errors mute C12 --until 2027-01-15');
  const unmute = begin('unmute', 'takes that back', 'tradelane errors unmute C12');
  const comment = begin(
    'comment',
    'says something about it',
    'tradelane errors comment C12 "the ERP team adds it"',
  );
  return [
    noting(assign.option('--to <name>', 'this person; nobody, if left out'), ({ to }) => ({
      do: 'assign',
      to,
    })),
    noting(
      tag
        .option('--add <tag...>', 'tags that it has from now on', [])
        .option('--remove <tag...>', 'tags that it loses', []),
      ({ add, remove }) => ({ do: 'tag', add, remove }),
    ),
    noting(mute.option('--until <time>', 'until then', forGood), ({ until }) => ({
      do: 'mute',
      until: parseTimeOption(until, '--until'),
    })),
    noting(unmute, () => ({ do: 'unmute' })),
    comment
      .argument('<id>', 'a cause (C12) or an error (17)')
      .argument('<text>', 'what there is to say')
      .action((id: string, text: string, options: NoteOptions) =>
        within(options, (open) => note(context, open, { ids: [id], note: { do: 'comment', text }, options })),
      ),
  ];
}

/** Nobody waits that long. */
const forGood = '9999-12-31';

function begin(name: string, summary: string, line: string): Command {
  return withCommonOptions(new Command(name))
    .summary(summary)
    .option('--by <name>', byOption)
    .addHelpText('after', example(line));
}

interface Noting {
  readonly ids: readonly string[];
  readonly note: ErrorNote;
  readonly options: NoteOptions;
}

async function note(
  context: Context,
  open: Parameters<typeof noteErrors>[0],
  { ids, note: said, options }: Noting,
) {
  const isCause = (id: string) => /^[Cc]/.test(id);
  const causes = ids.filter(isCause).map(parseCauseId);
  const errors = ids.filter((id) => !isCause(id)).map(parseId);
  await noteErrors(open, { errors, causes }, { note: said, by: whoOf(context, options) });
  if (options.json) printJson(context, { noted: said.do, causes, errors });
  else printLine(context, `noted: ${said.do} ${ids.join(' ')}`);
  return exit.clean;
}
