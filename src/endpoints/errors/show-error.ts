import { flowsWith } from '../../app/access/caller.ts';
import { coverError } from '../../app/errors/cover-error.ts';
import { findError } from '../../app/errors/show-error.ts';
import type { ShowErrorInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { seesValues } from './sees-values.ts';

export const showErrorEndpoint: Endpoint<ShowErrorInput> = {
  id: 'showError',
  method: 'GET',
  path: '/errors/{error}',
  subject: 'errors',
  summary: 'One error with its record, and what was decided about it',
  description:
    'By its number, the key of its record, or any text in it. Private values are masked for whoever has not the role support over its flow.',
  role: 'viewer',
  reach: 'some',
  answer: 'errors-show',
  async handle({ open, caller }, { error: wanted }) {
    const { error, others } = await findError(open, wanted, {
      flows: flowsWith(caller, 'viewer'),
      sees: flowsWith(caller, 'support'),
    });
    const shown = seesValues(caller, error) ? error : await coverError(open, error);
    return { ...shown, ...(others > 0 && { othersCount: others }) };
  },
};
