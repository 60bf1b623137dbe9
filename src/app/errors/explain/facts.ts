import type { FaultDetails, FaultSubject } from '../../../contract/fault.ts';

/** What went wrong, and with what: all that a sentence for a clerk is made of. */
export interface Explained {
  readonly code: string;
  /** The technical message: private values in it are masked. */
  readonly message: string;
  /** `flows/orders.yaml:14:9`. */
  readonly at?: string | undefined;
  readonly answer?: FaultDetails['answer'];
  /** What of the record it is about, as far as that is known. */
  readonly about?: FaultSubject | undefined;
  /** `error`: waits for a person. `waiting`: goes on by itself. `run`: a run has ended, or is held. */
  readonly standing: 'error' | 'waiting' | 'run';
  readonly names: FlowNames;
  /** Of the error. */
  readonly id?: number;
  /** Of the cause, where all of its errors are spoken of. */
  readonly cause?: number | undefined;
  /** Of the run. */
  readonly run?: number;
  readonly key?: string | undefined;
}

/** What a flow and its ends are called; what is not known is not there. */
export interface FlowNames {
  readonly flow?: string;
  /** What its records are: `order`. */
  readonly record?: string;
  /** The connections. */
  readonly source?: string;
  readonly target?: string;
}

/** What there is to say, put so that it stands in a sentence. */
export interface Facts {
  readonly what: Explained;
  /** `the order`. */
  readonly record: string;
  readonly source: string;
  readonly target: string;
  /** The one that the message begins with. */
  readonly system: string;
  /** In its own words; `undefined`: it gave none. */
  readonly words: string | undefined;
  /** The message without code places and hints. */
  readonly plain: string;
}

export interface Saying {
  readonly sentence: string;
  readonly next: string;
  /** Absent: the one that goes on. */
  readonly command?: string | undefined;
}

/** Says nothing that is not told by what went wrong. */
export type Say = (facts: Facts) => Saying;

export function toFacts(what: Explained): Facts {
  const { names, message, answer } = what;
  const plain = message
    .replace(/;? ?hint: .*$/s, '')
    .replace(/ \([^\s()]+:\d+:\d+\)(?=$|;)/, '')
    .trim();
  return {
    what,
    plain,
    record: `the ${names.record ?? 'record'}`,
    source: names.source ?? 'the source',
    target: names.target ?? 'the target',
    system: /^([a-z][a-z0-9-]*): /.exec(message)?.[1] ?? 'the system',
    words: answer?.message ?? /answered \d{3}(?:, but [^:]+)?: (.+)$/s.exec(message)?.[1],
  };
}

/** `<sentence>: <the system's own words>.` */
export function inItsWords(sentence: string, words: string | undefined): string {
  return words === undefined || words === '' ? ended(sentence) : ended(`${sentence}: ${firstLine(words)}`);
}

/** With a full stop, unless it ends already. */
export function ended(text: string): string {
  return /[.!?…]["”)]?$/.test(text) ? text : `${text}.`;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').trim();
}

/** `Renew the credentials` → what to do then, so that the record or the run gets on. */
export function mendFirst({ what }: Facts, mend: string): string {
  if (what.standing === 'error') return `${mend}, then replay.`;
  if (what.standing === 'run') return `${mend}, then run the flow again.`;
  return `${mend}; what waits goes on by itself then.`;
}

/** Where nobody has to mend anything at first. */
export function onceItWorks({ what }: Facts, system: string): string {
  if (what.standing === 'error') return `Replay it once ${system} works again.`;
  const by =
    what.standing === 'run'
      ? 'the next run goes on from where this one stopped'
      : 'it is tried again by itself';
  return `Nothing for now: ${by}. If it lasts, ask those who run ${system}.`;
}

/** The command that goes on from here; `undefined` where the error, the flow or the run is not known. */
export function goOn({ what }: Facts): string | undefined {
  const { standing, names } = what;
  if (standing === 'error') return replayOf(what);
  if (names.flow === undefined) return undefined;
  return standing === 'run' ? `tradelane run ${names.flow}` : `tradelane pending --flow ${names.flow}`;
}

export function replayOf({ id, cause }: Explained): string | undefined {
  if (cause !== undefined) return `tradelane replay --cause C${cause}`;
  return id === undefined ? undefined : `tradelane replay ${id}`;
}
