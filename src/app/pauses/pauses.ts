import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import {
  endPause,
  listPauses,
  type Pause,
  type PauseSubject,
  savePause,
} from '../../store/waiting/pauses.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { coversFlow } from './flow-connections.ts';
import { findPaused, findSubject, type SubjectWish } from './pause-subject.ts';
import { pauseText, subjectText } from './pause-text.ts';

/** What somebody wants to stand still, why, and until when: without a time, until somebody says so. */
export interface PauseWish extends SubjectWish {
  readonly reason: string;
  readonly until?: Date | undefined;
}

/** Characters. */
const longestReason = 1_000;

/**
 * Lets a flow, or all flows over a connection, stand still; in place of the pause that it has, if any. What is under way
 * comes to its end, what is staged stays. Throws a Fault TL_NOT_FOUND for a name that is not there, TL_ARGUMENT_INVALID for
 * a time that is over, or no reason.
 */
export async function pause(
  open: OpenDatabase,
  { reason, until, ...wish }: PauseWish,
  { by }: { readonly by: string },
): Promise<Pause> {
  requireSense({ reason, until }, open.clock.now());
  const subject = await findSubject(open, wish);
  return await open.db.transaction().execute(async (tx) => {
    await savePause(tx, { ...subject, by, reason: reason.trim(), until: until ?? null });
    await keepAuditEntry(tx, {
      ...{ deed: 'pause', by, reason: reason.trim() },
      ...aboutOf(subject),
      about: { ...aboutOf(subject).about, ...(until && { details: { until: until.toISOString() } }) },
    });
    const found = (await listPauses(tx)).find((each) => isSame(each, subject));
    return present(found, 'the pause that was just saved');
  });
}

/** Lets it go on; the engine finds within seconds what has waited. Throws a Fault TL_CONFLICT if it is not paused. */
export async function resume(
  { db }: Pick<OpenDatabase, 'db'>,
  wish: SubjectWish,
  { by, reason }: { readonly by: string; readonly reason?: string | undefined },
): Promise<PauseSubject> {
  const subject = await findPaused(db, wish);
  return await db.transaction().execute(async (tx) => {
    // Somebody else, or its time, may have ended it in this moment.
    if (!(await endPause(tx, subject))) return await findPaused(tx, wish);
    await keepAuditEntry(tx, { ...{ deed: 'resume', by, reason }, ...aboutOf(subject) });
    return subject;
  });
}

/** Throws a Fault TL_PAUSED, with who paused it and why, for a flow that stands still. */
export async function requireNotPaused(
  { db }: Pick<OpenDatabase, 'db'>,
  { flow, source, target }: Plan,
): Promise<void> {
  const ends = new Map([[flow, [source.connection, target.connection]]]);
  const found = (await listPauses(db)).find((each) => coversFlow(each, flow, ends));
  if (found === undefined) return;
  throw new Fault(
    'TL_PAUSED',
    `${subjectText(found)} is ${pauseText(found)}; --even-paused runs ${flow} all the same`,
  );
}

function requireSense({ reason, until }: Pick<PauseWish, 'reason' | 'until'>, now: number): void {
  const refuse = (message: string): never => {
    throw new Fault('TL_ARGUMENT_INVALID', message);
  };
  if (reason.trim() === '') refuse('reason: expected why it is paused, got nothing');
  if (reason.length > longestReason)
    refuse(`reason: at most ${longestReason} characters, got ${reason.length}`);
  if (until !== undefined && until.getTime() <= now)
    refuse(`until: expected a time to come, got ${until.toISOString()}, which is over`);
}

function aboutOf({ kind, name }: PauseSubject) {
  return kind === 'flow' ? { flow: name, about: {} } : { about: { name } };
}

function isSame(one: PauseSubject, other: PauseSubject): boolean {
  return one.kind === other.kind && one.name === other.name;
}
