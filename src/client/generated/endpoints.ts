// Generated from src/endpoints by npm run generate
import type * as types from '../../contract/generated/endpoints.ts';

export const endpointPlaces = {
  listErrors: {"method":"GET","path":"/errors","inPath":[],"rest":"query"},
  showError: {"method":"GET","path":"/errors/{error}","inPath":["error"],"rest":"query"},
  listCauses: {"method":"GET","path":"/causes","inPath":[],"rest":"query"},
  showCause: {"method":"GET","path":"/causes/{cause}","inPath":["cause"],"rest":"query"},
  assignErrors: {"method":"POST","path":"/errors/assign","inPath":[],"rest":"body"},
  tagErrors: {"method":"POST","path":"/errors/tag","inPath":[],"rest":"body"},
  commentErrors: {"method":"POST","path":"/errors/comment","inPath":[],"rest":"body"},
  muteErrors: {"method":"POST","path":"/errors/mute","inPath":[],"rest":"body"},
  unmuteErrors: {"method":"POST","path":"/errors/unmute","inPath":[],"rest":"body"},
  planSettling: {"method":"POST","path":"/settle-plans","inPath":[],"rest":"body"},
  resolveErrors: {"method":"POST","path":"/errors/resolve","inPath":[],"rest":"body"},
  discardErrors: {"method":"POST","path":"/errors/discard","inPath":[],"rest":"body"},
  reopenErrors: {"method":"POST","path":"/errors/reopen","inPath":[],"rest":"body"},
  makeBulk: {"method":"POST","path":"/bulk","inPath":[],"rest":"body"},
  listBulks: {"method":"GET","path":"/bulk","inPath":[],"rest":"query"},
  showBulk: {"method":"GET","path":"/bulk/{bulk}","inPath":["bulk"],"rest":"query"},
  pauseBulk: {"method":"POST","path":"/bulk/{bulk}/pause","inPath":["bulk"],"rest":"body"},
  resumeBulk: {"method":"POST","path":"/bulk/{bulk}/resume","inPath":["bulk"],"rest":"body"},
  stopBulk: {"method":"POST","path":"/bulk/{bulk}/stop","inPath":["bulk"],"rest":"body"},
} as const;

export type EndpointId = keyof typeof endpointPlaces;

export interface EndpointInputs {
  readonly listErrors: types.ListErrorsInput;
  readonly showError: types.ShowErrorInput;
  readonly listCauses: types.ListCausesInput;
  readonly showCause: types.ShowCauseInput;
  readonly assignErrors: types.AssignErrorsInput;
  readonly tagErrors: types.TagErrorsInput;
  readonly commentErrors: types.CommentErrorsInput;
  readonly muteErrors: types.MuteErrorsInput;
  readonly unmuteErrors: types.UnmuteErrorsInput;
  readonly planSettling: types.PlanSettlingInput;
  readonly resolveErrors: types.ResolveErrorsInput;
  readonly discardErrors: types.DiscardErrorsInput;
  readonly reopenErrors: types.ReopenErrorsInput;
  readonly makeBulk: types.MakeBulkInput;
  readonly listBulks: types.ListBulksInput;
  readonly showBulk: types.ShowBulkInput;
  readonly pauseBulk: types.PauseBulkInput;
  readonly resumeBulk: types.ResumeBulkInput;
  readonly stopBulk: types.StopBulkInput;
}

export interface EndpointAnswers {
  readonly listErrors: types.ErrorsListAnswer;
  readonly showError: types.ErrorsShowAnswer;
  readonly listCauses: types.ErrorsCausesAnswer;
  readonly showCause: types.ErrorsCauseAnswer;
  readonly assignErrors: types.ErrorsNotedAnswer;
  readonly tagErrors: types.ErrorsNotedAnswer;
  readonly commentErrors: types.ErrorsNotedAnswer;
  readonly muteErrors: types.ErrorsNotedAnswer;
  readonly unmuteErrors: types.ErrorsNotedAnswer;
  readonly planSettling: types.ErrorsSettlePlanAnswer;
  readonly resolveErrors: types.ErrorsSettledAnswer;
  readonly discardErrors: types.ErrorsSettledAnswer;
  readonly reopenErrors: types.ErrorsSettledAnswer;
  readonly makeBulk: types.BulkMadeAnswer;
  readonly listBulks: types.BulkListAnswer;
  readonly showBulk: types.BulkShowAnswer;
  readonly pauseBulk: types.BulkPauseAnswer;
  readonly resumeBulk: types.BulkResumeAnswer;
  readonly stopBulk: types.BulkStopAnswer;
}
