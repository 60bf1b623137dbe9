import { DockerfileParser, type Instruction } from 'dockerfile-ast';

/** A stage of a Dockerfile: what it begins with, and what is done then. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly do: 'workdir'; readonly path: string }
  | {
      readonly do: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly do: 'run'; readonly command: string }
  | { readonly do: 'env'; readonly name: string; readonly value: string }
  | { readonly do: 'user'; readonly name: string }
  | { readonly do: 'healthcheck'; readonly command: readonly string[] }
  | { readonly do: 'entrypoint'; readonly command: readonly string[] }
  | { readonly do: 'cmd'; readonly command: readonly string[] }
  | { readonly do: 'stopsignal'; readonly signal: string };

/** Throws an Error for what these files have no use for, so that nothing is passed over. */
export function parseDockerfile(text: string): readonly Stage[] {
  const defaults = new Map<string, string>();
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const said = wordsOf(instruction).map((word) => withDefaults(word, defaults));
    const keyword = instruction.getKeyword();
    if (keyword === 'ARG') {
      const [name = '', value = ''] = (said[0] ?? '').split(/=(.*)/s);
      defaults.set(name, value);
    } else if (keyword === 'FROM') {
      const [base = '', , name = `stage ${stages.length}`] = said;
      stages.push({ name, base, steps: [] });
    } else stages.at(-1)?.steps.push(toStep(instruction, said));
  }
  return stages;
}

function toStep(instruction: Instruction, said: readonly string[]): Step {
  const keyword = instruction.getKeyword();
  const whole = instruction.getArgumentsContent() ?? '';
  const [first = ''] = said;
  switch (keyword) {
    case 'WORKDIR':
      return { do: 'workdir', path: first };
    case 'USER':
      return { do: 'user', name: first };
    case 'STOPSIGNAL':
      return { do: 'stopsignal', signal: first };
    case 'RUN':
      return { do: 'run', command: whole };
    case 'ENV': {
      const [name = '', value = ''] = first.split(/=(.*)/s);
      return { do: 'env', name, value };
    }
    case 'COPY': {
      const from = /--from=(\S+)/.exec(instruction.getTextContent())?.[1];
      return { do: 'copy', from, sources: said.slice(0, -1), target: said.at(-1) ?? '' };
    }
    case 'HEALTHCHECK':
      return { do: 'healthcheck', command: commandOf(whole.replace(/^.*?CMD\s*/s, '')) };
    case 'ENTRYPOINT':
      return { do: 'entrypoint', command: commandOf(whole) };
    case 'CMD':
      return { do: 'cmd', command: commandOf(whole) };
    default:
      throw new Error(`${keyword}: nobody here knows how to carry that out`);
  }
}

function wordsOf(instruction: Instruction): readonly string[] {
  return instruction.getArguments().map((argument) => argument.getValue());
}

/** Only as a list: a shell around the process would not hand on its signals. */
function commandOf(text: string): readonly string[] {
  const command: unknown = JSON.parse(text);
  if (Array.isArray(command) && command.every((word) => typeof word === 'string')) return command;
  throw new Error(`expected a command as a list of words, got ${text}`);
}

function withDefaults(word: string, defaults: ReadonlyMap<string, string>): string {
  return word.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => defaults.get(name) ?? whole);
}
