import { flowsWith } from '../../app/access/caller.ts';
import { search } from '../../app/search/search.ts';
import type { SearchInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

export const searchEndpoint: Endpoint<SearchInput> = {
  id: 'search',
  method: 'GET',
  path: '/search',
  subject: 'search',
  summary: 'Everything that has a text: records, errors, causes, runs, flows',
  description:
    'By any business id: a whole value of a record, its key, its id at the target; or by the number of an error, a cause (C12) or a run, or a part of the name of a flow. Each kind with how many there are and the first few, as far as the caller may see them.',
  role: 'viewer',
  reach: 'some',
  answer: 'search',
  handle: ({ open, caller }, { text, limit = 5 }) =>
    search(open, { text, limit, flows: flowsWith(caller, 'viewer') }),
};
