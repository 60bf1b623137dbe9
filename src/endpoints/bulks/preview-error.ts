import { previewError } from '../../app/replay/preview-error.ts';
import type { PreviewErrorInput } from '../../contract/generated/endpoints.ts';
import { listFlowsOf } from '../../store/errors/note-errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { toPatchWish } from './patch-input.ts';

export const previewErrorEndpoint: Endpoint<PreviewErrorInput> = {
  id: 'previewError',
  method: 'POST',
  path: '/errors/{error}/preview',
  subject: 'errors',
  summary: 'What the flow would make of the record of an error, edited',
  description:
    'The record with a patch, what the flow makes of it step by step, and what of that does not fit a schema. No system is asked, and nothing is kept.',
  role: 'support',
  reach: ({ open }, { error }) => listFlowsOf(open.db, { errors: [error] }),
  isLook: true,
  answer: 'error-preview',
  handle: ({ useEngine }, { error: id, flowOf, ...input }) =>
    useEngine((runtime) => previewError(runtime, { id, flowOf, patch: toPatchWish(input) })),
};
