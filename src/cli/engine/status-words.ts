import { pauseText, subjectText } from '../../app/pauses/pause-text.ts';
import { toSecond } from '../../app/status/needs.ts';
import type { FlowStatusAnswer, TroubleAnswer } from '../../contract/generated/endpoints.ts';
import { counted } from '../../contract/text/counted.ts';

/** In one word, what its files, its schedule or its last run say; the first of these that is wrong. */
export function statusWord({ files, pauses, lastRun, isLost, missedTick }: FlowStatusAnswer): string {
  if (files === 'broken' || files === 'gone') return files;
  if (pauses.length > 0) return 'paused';
  if (missedTick) return 'late';
  if (isLost) return 'lost';
  return lastRun ? lastRun.status : 'never ran';
}

/**
 * In a line, how a flow stands: what matters first.
 *
 * @param at - ages are counted up to then; milliseconds.
 */
export function statusWords(flow: FlowStatusAnswer, at: number): string {
  return [
    ...fileWords(flow),
    ...pauseWords(flow),
    ...troubleWords(flow.troubles, at),
    ...lagWords(flow),
    ...errorWords(flow),
    ...waitingWords(flow, at),
    ...decisionWords(flow, at),
    ...progressWords(flow, at),
    ...tickWords(flow),
  ].join(', ');
}

type Words = readonly string[];

function fileWords({ files }: FlowStatusAnswer): Words {
  if (files === 'broken') return ['does not run: its files have mistakes'];
  return files === 'gone' ? ['not in the workspace any more'] : [];
}

/** Of a connection, with its name. */
function pauseWords({ pauses }: FlowStatusAnswer): Words {
  return pauses.map((pause) =>
    pause.kind === 'flow' ? pauseText(pause) : `${subjectText(pause)} ${pauseText(pause)}`,
  );
}

function troubleWords(troubles: readonly TroubleAnswer[], at: number): Words {
  // A connection may be at both ends of a flow.
  const names = [...new Set(troubles.map(({ connection, state }) => `${connection} ${state}`))];
  return names.map((name) => {
    const since = troubles.find(({ connection, state }) => `${connection} ${state}` === name)?.since;
    return since ? `${name} for ${inWords(at - Date.parse(since))}` : name;
  });
}

/** Reading what is new takes its time: that is no news before a minute is over. */
const worthTellingSeconds = 60;

function lagWords({ behind }: FlowStatusAnswer): Words {
  if (!behind || behind.seconds < worthTellingSeconds) return [];
  return [`${inWords(behind.seconds * 1_000)} behind its schedule`];
}

/** How many, and what has happened in the shortest time in which anything has. */
function errorWords({ errors }: FlowStatusAnswer): Words {
  const { open, muted, lastHour, lastDay, last7Days } = errors;
  const changes = [
    ['in the last hour', lastHour],
    ['in the last day', lastDay],
    ['in 7 days', last7Days],
  ] as const;
  const found = changes.find(([, change]) => change.new + change.gone > 0);
  const trend = found ? `${found[1].new} new and ${found[1].gone} gone ${found[0]}` : '';
  if (open > 0)
    return [
      `${counted(open, 'open error')}${muted > 0 ? `, ${muted} muted` : ''} (${trend || 'none new or gone in 7 days'})`,
    ];
  return found ? [`no open error (${trend})`] : [];
}

function waitingWords({ waiting }: FlowStatusAnswer, at: number): Words {
  const { records, oldest } = waiting;
  if (records === 0) return [];
  const since = oldest ? `, the oldest for ${inWords(at - Date.parse(oldest))}` : '';
  return [`${counted(records, 'record')} ${records === 1 ? 'waits' : 'wait'}${since}`];
}

/** Of the last run only: what was decided about others is told by `runs show`. */
function decisionWords({ decision, lastRun }: FlowStatusAnswer, at: number): Words {
  if (!decision || decision.run !== lastRun?.run) return [];
  const deed = decision.deed === 'approve' ? 'approved' : 'rejected';
  const who = decision.by ?? 'somebody';
  return [`run ${decision.run} ${deed} by ${who} ${inWords(at - Date.parse(decision.at))} ago`];
}

/** A run that got through with everything has also read everything: that is told once. */
function progressWords({ lastRun, lastSuccess, caughtUpAt, isLost }: FlowStatusAnswer, at: number): Words {
  const running =
    lastRun?.status === 'running' && !isLost
      ? [`run ${lastRun.run} under way for ${inWords(at - Date.parse(lastRun.startedAt))}`]
      : [];
  const read = caughtUpAt ? [`up to date ${inWords(at - Date.parse(caughtUpAt))} ago`] : [];
  if (!lastRun || lastSuccess?.run === lastRun.run) return [...running, ...read];
  const success = lastSuccess
    ? `last success ${inWords(at - Date.parse(lastSuccess.at))} ago`
    : 'no success yet';
  return [...running, ...read, success];
}

function tickWords({ schedule, nextTick, files, lastRun, pauses }: FlowStatusAnswer): Words {
  if (!schedule) return files === 'fine' && !lastRun ? ['runs when somebody says so'] : [];
  if (pauses.length > 0) return [];
  return [nextTick ? `next at ${toSecond(nextTick)}` : 'its schedule never fires again'];
}

/** `8 s`, `12 min`, `3 h`, `4 d`: how much, at a glance. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
