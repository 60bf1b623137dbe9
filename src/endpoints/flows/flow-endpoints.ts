import { flowsWith } from '../../app/access/caller.ts';
import { drawFlow } from '../../app/flows/flow-picture.ts';
import { listFlows, listVersions, requireEntry, showFlow, showVersion } from '../../app/flows/show-flows.ts';
import type {
  DrawFlowInput,
  ListFlowVersionsInput,
  ShowFlowInput,
  ShowFlowVersionInput,
} from '../../contract/generated/endpoints.ts';
import { type Endpoint, flowOf } from '../endpoint.ts';
import { toDate } from '../to-date.ts';
import { showScheduleEndpoint, showStatusEndpoint } from './standing.ts';

const looking = { method: 'GET', subject: 'flows', role: 'viewer' } as const;

const listFlowsEndpoint: Endpoint = {
  ...looking,
  id: 'listFlows',
  path: '/flows',
  summary: 'All flows at a glance',
  reach: 'some',
  answer: 'flows',
  handle: async ({ open, caller }) => ({ flows: await listFlows(open, flowsWith(caller, 'viewer')) }),
};

const showFlowEndpoint: Endpoint<ShowFlowInput> = {
  ...looking,
  id: 'showFlow',
  path: '/flows/{flow}',
  summary: 'A flow with its files, and what is wrong with them',
  description:
    'Files that all flows share (connections, settings) are named, and shown elsewhere without secrets.',
  reach: flowOf,
  answer: 'flows-show',
  handle: ({ open }, { flow }) => showFlow(open, flow),
};

const listFlowVersionsEndpoint: Endpoint<ListFlowVersionsInput> = {
  ...looking,
  id: 'listFlowVersions',
  path: '/flows/{flow}/versions',
  summary: 'How a flow was, and when it was run like that',
  reach: flowOf,
  answer: 'flows-versions',
  handle: async ({ open }, { flow }) => ({ flow, versions: await listVersions(open, flow) }),
};

const showFlowVersionEndpoint: Endpoint<ShowFlowVersionInput> = {
  ...looking,
  id: 'showFlowVersion',
  path: '/flows/{flow}/versions/{hash}',
  summary: 'The files of a flow as they were',
  reach: flowOf,
  answer: 'flows-version',
  handle: async ({ open }, { flow, hash }) => ({
    flow,
    hash,
    files: await showVersion(open, { flow, hash }),
  }),
};

const dayMs = 86_400_000;

const drawFlowEndpoint: Endpoint<DrawFlowInput> = {
  ...looking,
  id: 'drawFlow',
  path: '/flows/{flow}/picture',
  summary: 'The steps of a flow, and what has gone through them',
  description: 'Of the last day, if nothing else is said. Replays are not counted.',
  reach: flowOf,
  answer: 'flows-picture',
  async handle({ open }, { flow, since }) {
    const from = since === undefined ? new Date(open.clock.now() - dayMs) : toDate('since', since);
    return await drawFlow(open, requireEntry(await open.requireWorkspace(), flow), from);
  },
};

export const flowEndpoints: readonly Endpoint[] = [
  listFlowsEndpoint,
  showFlowEndpoint,
  listFlowVersionsEndpoint,
  showFlowVersionEndpoint,
  drawFlowEndpoint,
  showStatusEndpoint,
  showScheduleEndpoint,
];
