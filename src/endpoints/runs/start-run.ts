import { countReleased } from '../../app/runs/follow/follow-released.ts';
import { lookAtRun } from '../../app/runs/follow/look-at-run.ts';
import { forecastResync } from '../../app/runs/resync.ts';
import { beginFlowRun } from '../../app/runs/run-flow.ts';
import type {
  FollowRunInput,
  ForecastResyncInput,
  StartRunInput,
} from '../../contract/generated/endpoints.ts';
import { type Endpoint, flowOf } from '../endpoint.ts';
import { flowOfRun } from './flow-of-run.ts';

export const startRunEndpoint: Endpoint<StartRunInput> = {
  id: 'startRun',
  method: 'POST',
  path: '/flows/{flow}/runs',
  subject: 'runs',
  summary: 'Run a flow now',
  description:
    'Writes the run down and hurries along what earlier ones have left; a worker takes it up. How it gets on is told by its id.',
  role: 'integrator',
  reach: flowOf,
  answer: 'run-started',
  status: 202,
  async handle({ caller, useEngine }, { flow, ...asked }) {
    const begun = await useEngine((runtime) => beginFlowRun(runtime, { flow, asked, by: caller.name }));
    return { run: begun.run, flow, status: 'queued', earlier: begun.earlier };
  },
};

export const followRunEndpoint: Endpoint<FollowRunInput> = {
  id: 'followRun',
  method: 'GET',
  path: '/runs/{run}/progress',
  subject: 'runs',
  summary: 'How a run gets on, for whoever waits for it',
  description:
    'Says whether there is any use in waiting longer: for that, it is told for how long the run has been seen to stand still.',
  role: 'viewer',
  reach: flowOfRun,
  answer: 'run-progress',
  async handle({ open }, { run, idleMs = 0, ...seen }) {
    const { document, isOver, mark } = await lookAtRun(open, run, { ...seen, idleMs, isLast: false });
    return { run: document, isOver, mark, released: await countReleased(open.db, document.flow) };
  },
};

export const forecastResyncEndpoint: Endpoint<ForecastResyncInput> = {
  id: 'forecastResync',
  method: 'GET',
  path: '/flows/{flow}/resync',
  subject: 'runs',
  summary: 'What writing everything of a flow again comes to',
  description: 'Done by `POST /flows/{flow}/runs` with `full` and `force`.',
  role: 'viewer',
  reach: flowOf,
  answer: 'resync-plan',
  handle: ({ useEngine }, { flow }) => useEngine((runtime) => forecastResync(runtime, flow)),
};
