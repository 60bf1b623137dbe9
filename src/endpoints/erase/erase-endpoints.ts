import { erasePerson } from '../../app/erase/erase-person.ts';
import type { EraseWish } from '../../app/erase/person-wish.ts';
import { planErase } from '../../app/erase/plan-erase.ts';
import type { ErasePersonInput, PlanEraseInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

// POST, as the values would stand in addresses, and so in logs, otherwise.
const planEraseEndpoint: Endpoint<PlanEraseInput> = {
  id: 'planErase',
  method: 'POST',
  path: '/erase/plan',
  subject: 'erase',
  summary: 'What there is of a person, and would be erased',
  role: 'admin',
  reach: 'everything',
  isLook: true,
  answer: 'erase-plan',
  handle: ({ open }, input) => planErase(open, toWish(input)),
};

const erasePersonEndpoint: Endpoint<ErasePersonInput> = {
  id: 'erasePerson',
  method: 'POST',
  path: '/erase',
  subject: 'erase',
  summary: 'Erase a person from history, errors and whatever waits',
  description: 'Returns once all of it is done. Asked again, it erases what has come since.',
  role: 'admin',
  reach: 'everything',
  answer: 'erase',
  handle: ({ caller, useEngine }, { reason, patience = 20, keepKeys, ...who }) =>
    useEngine((runtime) =>
      erasePerson(runtime, toWish(who), {
        by: caller.name,
        reason,
        patienceMs: patience * 1_000,
        keepsKeys: keepKeys,
      }),
    ),
};

function toWish({ values, only, thorough, entities }: PlanEraseInput): EraseWish {
  return { texts: values, isOnly: only, isThorough: thorough, entities };
}

/** What can be asked about people who want to be forgotten. */
export const eraseEndpoints: readonly Endpoint[] = [planEraseEndpoint, erasePersonEndpoint];
