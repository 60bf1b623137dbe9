import { noteErrors } from '../../app/errors/note-errors.ts';
import type {
  AssignErrorsInput,
  CommentErrorsInput,
  MuteErrorsInput,
  TagErrorsInput,
  UnmuteErrorsInput,
} from '../../contract/generated/endpoints.ts';
import type { ErrorNote } from '../../store/errors/note-errors.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';
import { toDate } from '../to-date.ts';
import { flowsOfNoted } from './flows-of.ts';

const noting = {
  method: 'POST',
  subject: 'errors',
  role: 'support',
  reach: flowsOfNoted,
  answer: 'errors-noted',
} as const;

export const assignErrorsEndpoint: Endpoint<AssignErrorsInput> = {
  ...noting,
  id: 'assignErrors',
  path: '/errors/assign',
  summary: 'Say who sees to errors and causes',
  handle: (desk, input) => note(desk, input, { do: 'assign', to: input.to }),
};

export const tagErrorsEndpoint: Endpoint<TagErrorsInput> = {
  ...noting,
  id: 'tagErrors',
  path: '/errors/tag',
  summary: 'Give errors and causes names that they are found by, or take them',
  handle: (desk, input) => note(desk, input, { do: 'tag', add: input.add ?? [], remove: input.remove ?? [] }),
};

export const commentErrorsEndpoint: Endpoint<CommentErrorsInput> = {
  ...noting,
  id: 'commentErrors',
  path: '/errors/comment',
  summary: 'Say something about errors and causes',
  handle: (desk, input) => note(desk, input, { do: 'comment', text: input.text }),
};

export const muteErrorsEndpoint: Endpoint<MuteErrorsInput> = {
  ...noting,
  id: 'muteErrors',
  path: '/errors/mute',
  summary: 'Say that errors and causes need nobody for a while',
  handle: (desk, input) =>
    note(desk, input, { do: 'mute', until: toDate('until', input.until ?? '9999-12-31T00:00:00Z') }),
};

export const unmuteErrorsEndpoint: Endpoint<UnmuteErrorsInput> = {
  ...noting,
  id: 'unmuteErrors',
  path: '/errors/unmute',
  summary: 'Take back that errors and causes need nobody',
  handle: (desk, input) => note(desk, input, { do: 'unmute' }),
};

async function note(
  { open, caller }: Desk,
  { errors = [], causes = [] }: UnmuteErrorsInput,
  said: ErrorNote,
): Promise<unknown> {
  await noteErrors(open, { errors, causes }, { note: said, by: caller.name });
  return { noted: said.do, causes, errors };
}
