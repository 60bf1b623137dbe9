import { flowsWith } from '../../app/access/caller.ts';
import { coverWaits } from '../../app/pending/cover-waits.ts';
import { type PendingKind, pagePending } from '../../app/pending/page-pending.ts';
import { loadPending } from '../../app/pending/pending.ts';
import { type TakeWish, takeRecords } from '../../app/pending/take-records.ts';
import { Fault } from '../../contract/fault.ts';
import type {
  ListPendingInput,
  ShowPendingInput,
  TakePendingInput,
} from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { flowsOfRuns } from '../runs/flow-of-run.ts';

const showPendingEndpoint: Endpoint<ShowPendingInput> = {
  id: 'showPending',
  method: 'GET',
  path: '/pending',
  subject: 'pending',
  summary: 'What waits, and why',
  description:
    'Of each kind the first; where one goes on (`next`), `GET /pending/{kind}` gives the rest of it. Connections that are away are those that the flows write over.',
  role: 'viewer',
  reach: 'some',
  answer: 'pending',
  async handle({ open, caller }, { limit = 50, flow }) {
    const pending = await loadPending(open, { flow, flows: flowsWith(caller, 'viewer'), limit });
    const sees = flowsWith(caller, 'support');
    return {
      ...pending,
      batches: await coverWaits(open.db, pending.batches, sees),
      retried: await coverWaits(open.db, pending.retried, sees),
    };
  },
};

const listPendingEndpoint: Endpoint<ListPendingInput> = {
  id: 'listPending',
  method: 'GET',
  path: '/pending/{kind}',
  subject: 'pending',
  summary: 'What waits in one way',
  role: 'viewer',
  reach: 'some',
  answer: 'pending-list',
  async handle({ open, caller }, { kind, flow, limit = 50, cursor }) {
    const name = kindOf[kind];
    const wish = { flow, flows: flowsWith(caller, 'viewer') };
    const { items, next } = await pagePending[name](open, wish, { limit, cursor });
    const shown = items.map((item) => ({ fault: null, ...item }));
    const covered = await coverWaits(open.db, shown, flowsWith(caller, 'support'));
    const told = items.map((item, nth) => ('fault' in item ? covered[nth] : item));
    return { [name]: told, ...(next !== undefined && { next }) };
  },
};

/** As addresses write them, and as documents do. */
const kindOf: Readonly<Record<ListPendingInput['kind'], PendingKind>> = {
  batches: 'batches',
  blocked: 'blocked',
  'in-doubt': 'inDoubt',
  retried: 'retried',
};

const takePendingEndpoint: Endpoint<TakePendingInput> = {
  id: 'takePending',
  method: 'POST',
  path: '/pending/take',
  subject: 'pending',
  summary: 'Take records that wait out of their lane',
  description:
    'They go to the errors whole, and what waited behind them goes on. Named by their key, as the next batch of a lane, or as all that is left of a run.',
  role: 'integrator',
  reach: (desk, input) => {
    const wish = toWish(input);
    return 'run' in wish ? flowsOfRuns(desk, [wish.run]) : [wish.flow];
  },
  answer: 'pending-take',
  handle: ({ caller, useEngine }, input) =>
    useEngine((runtime) => takeRecords(runtime, toWish(input), { by: caller.name, reason: input.reason })),
};

function toWish({ flow, key, lane, run }: TakePendingInput): TakeWish {
  const named = [key, lane, run].filter((each) => each !== undefined);
  if (named.length === 1) {
    if (run !== undefined) return { run, flow };
    if (flow !== undefined && key !== undefined) return { flow, key };
    if (flow !== undefined && lane !== undefined) return { flow, lane };
  }
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    'name what is to be taken out: a flow with a key or a lane, or a run',
  );
}

export const pendingEndpoints: readonly Endpoint[] = [
  showPendingEndpoint,
  listPendingEndpoint,
  takePendingEndpoint,
];
