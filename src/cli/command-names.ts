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
  /** The workspace, where another folder was named than the one that somebody stands in, and the server, where one was. */
  readonly called: { workspace?: string; server?: string };
}

/**
 * A text with its commands as they can be typed: who called us by npx, or by a script of npm, has no other way; and who
 * named a workspace, or a server, means that one again.
 */
export function asTyped({ env, called }: CommandCall, text: string): string {
  const { workspace, server } = called;
  const placedText =
    workspace === undefined ? text : text.replaceAll(withoutWorkspace, `$& --workspace ${workspace}`);
  const named =
    server === undefined ? placedText : placedText.replaceAll(withoutServer, `$& --server ${server}`);
  return env['npm_command'] ? named.replaceAll(mentioned, 'npx tradelane ') : named;
}

const mentioned = new RegExp(`(?<![\\w/@-]|npx )tradelane (?=(?:${commandNames.join('|')})\\b|\\[)`, 'g');

const placeless: readonly string[] = ['init', 'demo', 'simulate', 'completion'];
const placed = commandNames.filter((name) => !placeless.includes(name)).join('|');
/** Second words of commands: `errors list`. */
const parts =
  'causes|cause|list|show|records|resolve|discard|reopen|assign|tag|comment|mute|unmute|accept|approve|reject|set|forget|take|pause|resume|stop|verify|create|revoke|add|grant|password|disable|enable|link|rotate|encrypt|renew';

/** What a server can be asked; who lets others in does so where they are kept. */
const remote = 'plan|run|resync|runs|status|pending|journey|errors|pause|resume|drift|xref|replay|bulk|audit';

/** A command on a workspace, or at a server, that does not say which. */
const withoutWorkspace = without(placed, '--workspace|-w');
const withoutServer = without(remote, '--server');

function without(names: string, options: string): RegExp {
  return new RegExp(
    `(?<![\\w/@-])tradelane (?:${names})\\b(?![-\\w])(?: (?:${parts})\\b)?(?!.*(?:${options})\\b)`,
    'g',
  );
}
