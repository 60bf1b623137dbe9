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
  'check',
  'simulate',
  'runs',
  'status',
  'pending',
  'journey',
  'errors',
  'pause',
  'resume',
  'drift',
  'xref',
  'record',
  'replay',
  'bulk',
  'audit',
  'erase',
  'token',
  'user',
  'keys',
  'migrate',
  'completion',
] as const;

/** How this command was called. */
export interface CommandCall {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The workspace, where another folder was named than the one that somebody stands in. */
  readonly called: { workspace?: string };
}

/**
 * A text with its commands as they can be typed: who called us by npx, or by a script of npm, has no other way; and who
 * named a workspace means that one again.
 */
export function asTyped({ env, called }: CommandCall, text: string): string {
  const { workspace } = called;
  const named =
    workspace === undefined ? text : text.replaceAll(withoutWorkspace, `$& --workspace ${workspace}`);
  return env['npm_command'] ? named.replaceAll(mentioned, 'npx tradelane ') : named;
}

const mentioned = new RegExp(`(?<![\\w/@-]|npx )tradelane (?=(?:${commandNames.join('|')})\\b|\\[)`, 'g');

const placeless: readonly string[] = ['init', 'demo', 'simulate', 'completion'];
const placed = commandNames.filter((name) => !placeless.includes(name)).join('|');
/** Second words of commands: `errors list`. */
const parts =
  'causes|cause|list|show|records|resolve|discard|reopen|assign|tag|comment|mute|unmute|accept|approve|reject|set|forget|take|pause|resume|stop|verify|create|revoke|add|grant|password|disable|enable|link|rotate|encrypt|renew';

/** A command on a workspace that does not say which. */
const withoutWorkspace = new RegExp(
  `(?<![\\w/@-])tradelane (?:${placed})\\b(?![-\\w])(?: (?:${parts})\\b)?(?!.*(?:--workspace|-w)\\b)`,
  'g',
);
