import type { Argument, Command, Option } from 'commander';

/** What the workspace has to say at a place: names of flows, or of connections. */
export type NameSource = 'flows' | 'connections';

export interface OptionWord {
  readonly flags: readonly string[];
  readonly about: string;
  /** Takes a value; of which kind, where that is known. */
  readonly value: NameSource | 'file' | 'any' | undefined;
}

/** What can follow one command. */
export interface CommandWords {
  /** `errors list`; empty for the program. */
  readonly path: string;
  readonly about: string;
  /** Its own commands, and what its arguments may be where that is fixed. */
  readonly words: readonly string[];
  readonly options: readonly OptionWord[];
  readonly names: NameSource | undefined;
}

/** The program and all of its commands, outermost first. */
export function wordsOf(command: Command, path = ''): readonly CommandWords[] {
  const children = command.commands;
  const byDefault = children.find((child) => child.name() === 'list' || child.name() === 'causes');
  // A group without a word hands on to its default command: what that takes, it takes as well.
  const own = [command, ...(byDefault ? [byDefault] : [])];
  const options = own.flatMap((each) => each.createHelp().visibleOptions(each)).map(toWord);
  return [
    {
      path,
      about: command.summary(),
      words: [
        ...children.map((child) => child.name()),
        ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
      ],
      options: options.filter(
        (one, at) => options.findIndex(({ flags }) => flags[0] === one.flags[0]) === at,
      ),
      names: command.registeredArguments.map(namesOf).find((names) => names !== undefined),
    },
    ...children.flatMap((child) => wordsOf(child, `${path} ${child.name()}`.trim())),
  ];
}

function toWord(option: Option): OptionWord {
  const flags = [option.long, option.short].flatMap((flag) => flag ?? []);
  const takesValue = option.required || option.optional;
  return { flags, about: option.description, value: takesValue ? valueKind(option) : undefined };
}

function valueKind({ long, flags }: Option): OptionWord['value'] {
  if (long === '--flow') return 'flows';
  if (long === '--connection') return 'connections';
  return /<(dir|file|path|folder)[^>]*>/.test(flags) ? 'file' : 'any';
}

function namesOf(argument: Argument): NameSource | undefined {
  if (argument.name() === 'flow') return 'flows';
  return argument.name() === 'connection' ? 'connections' : undefined;
}
