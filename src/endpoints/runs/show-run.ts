import { pageRunRecords } from '../../app/runs/list-records.ts';
import { loadRunDetails } from '../../app/runs/show-run.ts';
import { tellRuns } from '../../app/runs/tell-runs.ts';
import type { ListRunRecordsInput, ShowRunInput, TellRunInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { flowOfRun, flowsOfRuns } from './flow-of-run.ts';

export const showRunEndpoint: Endpoint<ShowRunInput> = {
  id: 'showRun',
  method: 'GET',
  path: '/runs/{run}',
  subject: 'runs',
  summary: 'Everything about one run',
  description:
    'Of one that is held for approval: what its guard says, and some of what it waits to do. What each record would become is what `POST /flows/{flow}/plan` says.',
  role: 'viewer',
  reach: flowOfRun,
  answer: 'runs-show',
  handle: ({ open }, { run }) => loadRunDetails(open, run),
};

export const listRunRecordsEndpoint: Endpoint<ListRunRecordsInput> = {
  id: 'listRunRecords',
  method: 'GET',
  path: '/runs/{run}/records',
  subject: 'runs',
  summary: 'What became of the records of a run',
  description:
    'In the order in which it was written down, as far as history has kept it. A page may be shorter than asked for, or empty, and go on all the same.',
  role: 'viewer',
  reach: flowOfRun,
  answer: 'runs-records',
  async handle({ open }, { limit = 50, cursor, ...wish }) {
    const { items, next, notes } = await pageRunRecords(open, wish, { limit, cursor });
    return { records: items, ...(next !== undefined && { next }), ...(notes.length > 0 && { notes }) };
  },
};

export const tellRunEndpoint: Endpoint<TellRunInput> = {
  id: 'tellRun',
  method: 'GET',
  path: '/runs/{run}/beside',
  subject: 'runs',
  summary: 'What there is to tell of a run beside its counts',
  description: 'Fields that are not as before, members that have vanished, and what may be a mistake.',
  role: 'viewer',
  reach: (desk, { run, earlier = [] }) => flowsOfRuns(desk, [run, ...earlier]),
  answer: 'run-beside',
  handle: ({ open }, { run, earlier = [] }) => tellRuns(open.db, run, earlier),
};
