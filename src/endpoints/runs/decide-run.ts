import { approveHeldRun, rejectHeldRun } from '../../app/runs/decide-run.ts';
import type { ApproveRunInput, RejectRunInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { flowOfRun } from './flow-of-run.ts';

export const approveRunEndpoint: Endpoint<ApproveRunInput> = {
  id: 'approveRun',
  method: 'POST',
  path: '/runs/{run}/approve',
  subject: 'runs',
  summary: 'Let a held run go on',
  description: 'Its guards are off from then on. A running engine takes it up at once.',
  role: 'integrator',
  reach: flowOfRun,
  answer: 'runs-approve',
  handle: ({ caller, useEngine }, { run }) =>
    useEngine((runtime) => approveHeldRun(runtime, { run, by: caller.name })),
};

export const rejectRunEndpoint: Endpoint<RejectRunInput> = {
  id: 'rejectRun',
  method: 'POST',
  path: '/runs/{run}/reject',
  subject: 'runs',
  summary: 'Stop a held run',
  description: 'What is left of it goes to the errors whole, from where it can be replayed.',
  role: 'integrator',
  reach: flowOfRun,
  answer: 'runs-reject',
  handle: ({ caller, useEngine }, { run, reason }) =>
    useEngine((runtime) => rejectHeldRun(runtime, { run, by: caller.name, reason })),
};
