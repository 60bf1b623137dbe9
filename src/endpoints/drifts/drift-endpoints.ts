import { flowsWith } from '../../app/access/caller.ts';
import { acceptDriftsOf, pageDrifts, resolveDriftsOf } from '../../app/drift/drifts.ts';
import { Fault } from '../../contract/fault.ts';
import type {
  AcceptDriftsInput,
  ListDriftsInput,
  ResolveDriftsInput,
} from '../../contract/generated/endpoints.ts';
import { type DriftFilter, listFlowsOfDrifts } from '../../store/shapes/drifts.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';

const listDriftsEndpoint: Endpoint<ListDriftsInput> = {
  id: 'listDrifts',
  method: 'GET',
  path: '/drifts',
  subject: 'drifts',
  summary: 'Fields of live records that are not as before',
  role: 'viewer',
  reach: 'some',
  answer: 'drifts',
  async handle({ open, caller }, { limit = 50, cursor, ...wish }) {
    const filter = { ...wish, flows: flowsWith(caller, 'viewer') };
    const { items, next } = await pageDrifts(open, filter, { limit, cursor });
    return { drifts: items, ...(next !== undefined && { next }) };
  },
};

const closing = { method: 'POST', subject: 'drifts', role: 'integrator', reach: flowsMeant } as const;
const together =
  'Those of other flows that are the same change of the same records are closed with them: that takes the role over these flows as well.';

const acceptDriftsEndpoint: Endpoint<AcceptDriftsInput> = {
  ...closing,
  id: 'acceptDrifts',
  path: '/drifts/accept',
  summary: 'What came is right from now on',
  description: together,
  answer: 'drifts-accept',
  handle: async ({ open, caller }, input) => ({
    accepted: await acceptDriftsOf(open, toFilter(input), caller.name),
  }),
};

const resolveDriftsEndpoint: Endpoint<ResolveDriftsInput> = {
  ...closing,
  id: 'resolveDrifts',
  path: '/drifts/resolve',
  summary: 'It has been mended: if it comes again, it is told again',
  description: together,
  answer: 'drifts-resolve',
  handle: async ({ open, caller }, input) => ({
    resolved: await resolveDriftsOf(open, toFilter(input), caller.name),
  }),
};

async function flowsMeant({ open }: Desk, input: AcceptDriftsInput): Promise<readonly string[]> {
  const filter = toFilter(input);
  const found = await listFlowsOfDrifts(open.db, filter);
  return [...new Set([...found, ...(filter.flow === undefined ? [] : [filter.flow])])];
}

/** Nothing named is not the same as everything. */
function toFilter({ ids, flow }: AcceptDriftsInput): DriftFilter {
  if (ids === undefined && flow === undefined)
    throw new Fault('TL_ARGUMENT_INVALID', 'name the drifts: ids, or a flow');
  return { ...(ids !== undefined && { ids }), ...(flow !== undefined && { flow }) };
}

export const driftEndpoints: readonly Endpoint[] = [
  listDriftsEndpoint,
  acceptDriftsEndpoint,
  resolveDriftsEndpoint,
];
