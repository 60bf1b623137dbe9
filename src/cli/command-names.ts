/** All commands, in the order in which help lists them. */
export const commandNames = [
  'init',
  'demo',
  'dev',
  'start',
  'plan',
  'run',
  'resync',
  'validate',
  'test',
  'map',
  'schema',
  'connectors',
  'simulate',
  'runs',
  'status',
  'pending',
  'errors',
  'drift',
  'xref',
  'record',
  'replay',
  'migrate',
  'completion',
] as const;

const mentioned = new RegExp(`(?<![\\w/@-]|npx )tradelane (?=(?:${commandNames.join('|')})\\b|\\[)`, 'g');

/** A text with its commands as they can be typed: who called us by npx, or by a script of npm, has no other way. */
export function asTyped(env: Readonly<Record<string, string | undefined>>, text: string): string {
  return env['npm_command'] ? text.replaceAll(mentioned, 'npx tradelane ') : text;
}
