import { readFileSync } from 'node:fs';
import { eachText, referencesIn, type TextReference, type TextReferenceSource } from '../text/references.ts';
import type { Env } from '../workspace.ts';
import { parseCommandLine } from './command-line.ts';
import { commandsOf } from './commands.ts';

/** Told of each value that a reference stands for. */
export type Noting = (reference: Pick<TextReference, 'kind' | 'name'>, value: string) => void;

/** What references really stand for: the environment, files as they are now, and what commands print. */
export function referenceSource(env: Env, note: Noting = () => {}): TextReferenceSource {
  const noted = (kind: TextReference['kind'], name: string, value: string | undefined) => {
    if (value !== undefined) note({ kind, name }, value);
    return value;
  };
  return {
    env: (name) => noted('env', name, env[name]),
    file: (path) => noted('file', path, readSecret(path)),
    exec(line) {
      const result = commandsOf(env).runNow(line);
      return noted('exec', line, 'text' in result ? result.text : undefined);
    },
  };
}

/** Why a reference stands for nothing. A command's arguments may hold a secret: its program is named. */
export function describeMissing({ kind, name }: TextReference, env: Env): string {
  if (kind === 'env') return `the environment variable ${name} is not set`;
  if (kind === 'file') return `the file ${name} cannot be read`;
  const command = parseCommandLine(name);
  const result = 'problem' in command ? command : commandsOf(env).runNow(name);
  const program = 'program' in command ? ` ${command.program}` : '';
  return `the command${program} ${'problem' in result ? result.problem : 'has printed nothing'}`;
}

/** The command lines that a value refers to, each once. */
export function commandsIn(value: unknown): readonly string[] {
  const lines = new Set<string>();
  eachText(value, (text) => {
    for (const { kind, name } of referencesIn(text)) if (kind === 'exec') lines.add(name);
  });
  return [...lines];
}

/** Does it refer to anything that may be another a moment later? */
export function refersToChanging(value: unknown): boolean {
  let found = false;
  eachText(value, (text) => {
    found ||= referencesIn(text).some(({ kind }) => kind !== 'env');
  });
  return found;
}

function readSecret(path: string): string | undefined {
  try {
    // Secret files end with the line break that the editor put there.
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}
