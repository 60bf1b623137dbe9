import { flowsWith } from '../../app/access/caller.ts';
import { findSubject, type SubjectWish } from '../../app/pauses/pause-subject.ts';
import { pause, resume } from '../../app/pauses/pauses.ts';
import { waitingPauses } from '../../app/pending/waiting-pauses.ts';
import { loadStatus } from '../../app/status/load-status.ts';
import { toFault } from '../../contract/fault.ts';
import { isInScope } from '../../contract/flow-scope.ts';
import type { PauseInput, ResumeInput } from '../../contract/generated/endpoints.ts';
import { listPauses } from '../../store/waiting/pauses.ts';
import { flowsOver } from '../connections/reach.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';
import { toDate } from '../to-date.ts';

const listPausesEndpoint: Endpoint = {
  id: 'listPauses',
  method: 'GET',
  path: '/pauses',
  subject: 'pauses',
  summary: 'What stands still, and what waits for it',
  role: 'viewer',
  reach: 'some',
  answer: 'pauses',
  async handle({ open, caller }) {
    const scope = flowsWith(caller, 'viewer');
    const { flows, pauses } = await loadStatus(open.db, await open.findWorkspace(), open.clock.now());
    const seen = flows.filter(({ flow }) => isInScope(scope, flow));
    const found = waitingPauses(pauses, seen, undefined);
    return { pauses: found.filter((each) => scope === 'all' || each.flows.length > 0) };
  },
};

const pauseEndpoint: Endpoint<PauseInput> = {
  id: 'pause',
  method: 'POST',
  path: '/pauses',
  subject: 'pauses',
  summary: 'Let a flow, or all flows over a connection, stand still',
  description:
    'What is under way comes to its end, what is staged stays, and nothing is lost. A connection is paused by whoever has the role over all flows that use it.',
  role: 'integrator',
  reach: flowsOfSubject,
  answer: 'pauses-pause',
  async handle({ open, caller }, { until, ...wish }) {
    const at = until === undefined ? undefined : toDate('until', until);
    return { paused: await pause(open, { ...wish, until: at }, { by: caller.name }) };
  },
};

const resumeEndpoint: Endpoint<ResumeInput> = {
  id: 'resume',
  method: 'POST',
  path: '/pauses/resume',
  subject: 'pauses',
  summary: 'Let what is paused go on',
  role: 'integrator',
  reach: flowsOfPaused,
  answer: 'pauses-resume',
  async handle({ open, caller }, { reason, ...wish }) {
    return { resumed: await resume(open, wish, { by: caller.name, reason }) };
  },
};

/** Where a name is a flow and a connection, the one of them that is paused is meant. */
async function flowsOfPaused(desk: Desk, { name, kind }: SubjectWish): Promise<readonly string[]> {
  const paused = (await listPauses(desk.open.db)).filter((each) => each.name === name);
  const [only] = paused;
  const meant = kind ?? (paused.length === 1 ? only?.kind : undefined);
  return await flowsOfSubject(desk, { name, kind: meant });
}

/** What is not there is told by whoever carries it out: only those learn of it who see all. */
async function flowsOfSubject(desk: Desk, { name, kind }: SubjectWish): Promise<readonly string[]> {
  try {
    const subject = await findSubject(desk.open, { name, kind });
    return subject.kind === 'flow' ? [subject.name] : await flowsOver(desk, [name], 'integrator');
  } catch (thrown) {
    if (toFault(thrown).code === 'TL_NOT_FOUND') return [];
    throw thrown;
  }
}

export const pauseEndpoints: readonly Endpoint[] = [listPausesEndpoint, pauseEndpoint, resumeEndpoint];
