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
  planReplay: {"method":"POST","path":"/replay-plans","inPath":[],"rest":"body"},
  makeBulk: {"method":"POST","path":"/bulk","inPath":[],"rest":"body"},
  listBulks: {"method":"GET","path":"/bulk","inPath":[],"rest":"query"},
  showBulk: {"method":"GET","path":"/bulk/{bulk}","inPath":["bulk"],"rest":"query"},
  pauseBulk: {"method":"POST","path":"/bulk/{bulk}/pause","inPath":["bulk"],"rest":"body"},
  resumeBulk: {"method":"POST","path":"/bulk/{bulk}/resume","inPath":["bulk"],"rest":"body"},
  stopBulk: {"method":"POST","path":"/bulk/{bulk}/stop","inPath":["bulk"],"rest":"body"},
  previewError: {"method":"POST","path":"/errors/{error}/preview","inPath":["error"],"rest":"body"},
  search: {"method":"GET","path":"/search","inPath":[],"rest":"query"},
  findJourney: {"method":"GET","path":"/journeys","inPath":[],"rest":"query"},
  listRuns: {"method":"GET","path":"/runs","inPath":[],"rest":"query"},
  showRun: {"method":"GET","path":"/runs/{run}","inPath":["run"],"rest":"query"},
  listRunRecords: {"method":"GET","path":"/runs/{run}/records","inPath":["run"],"rest":"query"},
  approveRun: {"method":"POST","path":"/runs/{run}/approve","inPath":["run"],"rest":"body"},
  rejectRun: {"method":"POST","path":"/runs/{run}/reject","inPath":["run"],"rest":"body"},
  startRun: {"method":"POST","path":"/flows/{flow}/runs","inPath":["flow"],"rest":"body"},
  followRun: {"method":"GET","path":"/runs/{run}/progress","inPath":["run"],"rest":"query"},
  tellRun: {"method":"GET","path":"/runs/{run}/beside","inPath":["run"],"rest":"query"},
  planFlow: {"method":"POST","path":"/flows/{flow}/plan","inPath":["flow"],"rest":"body"},
  forecastResync: {"method":"GET","path":"/flows/{flow}/resync","inPath":["flow"],"rest":"query"},
  showPending: {"method":"GET","path":"/pending","inPath":[],"rest":"query"},
  listPending: {"method":"GET","path":"/pending/{kind}","inPath":["kind"],"rest":"query"},
  takePending: {"method":"POST","path":"/pending/take","inPath":[],"rest":"body"},
  listXrefs: {"method":"GET","path":"/xrefs","inPath":[],"rest":"query"},
  planSetXref: {"method":"POST","path":"/flows/{flow}/xrefs/plan","inPath":["flow"],"rest":"body"},
  setXref: {"method":"POST","path":"/flows/{flow}/xrefs","inPath":["flow"],"rest":"body"},
  planForgetXrefs: {"method":"POST","path":"/xrefs/forget/plan","inPath":[],"rest":"body"},
  forgetXrefs: {"method":"POST","path":"/xrefs/forget","inPath":[],"rest":"body"},
  listConnections: {"method":"GET","path":"/connections","inPath":[],"rest":"query"},
  showConnection: {"method":"GET","path":"/connections/{connection}","inPath":["connection"],"rest":"query"},
  checkConnections: {"method":"POST","path":"/connections/check","inPath":[],"rest":"body"},
  me: {"method":"GET","path":"/me","inPath":[],"rest":"query"},
  listMySessions: {"method":"GET","path":"/me/sessions","inPath":[],"rest":"query"},
  endMySession: {"method":"DELETE","path":"/me/sessions/{session}","inPath":["session"],"rest":"query"},
  endMyOtherSessions: {"method":"POST","path":"/me/sessions/end","inPath":[],"rest":"body"},
  changeMyPassword: {"method":"PUT","path":"/me/password","inPath":[],"rest":"body"},
  listSessions: {"method":"GET","path":"/sessions","inPath":[],"rest":"query"},
  endSession: {"method":"DELETE","path":"/sessions/{session}","inPath":["session"],"rest":"query"},
  listUsers: {"method":"GET","path":"/users","inPath":[],"rest":"query"},
  addUser: {"method":"POST","path":"/users","inPath":[],"rest":"body"},
  grantUser: {"method":"PUT","path":"/users/{user}/grants","inPath":["user"],"rest":"body"},
  setPassword: {"method":"PUT","path":"/users/{user}/password","inPath":["user"],"rest":"body"},
  disableUser: {"method":"POST","path":"/users/{user}/disable","inPath":["user"],"rest":"body"},
  enableUser: {"method":"POST","path":"/users/{user}/enable","inPath":["user"],"rest":"body"},
  makeLoginLink: {"method":"POST","path":"/users/{user}/link","inPath":["user"],"rest":"body"},
  listTokens: {"method":"GET","path":"/tokens","inPath":[],"rest":"query"},
  createToken: {"method":"POST","path":"/tokens","inPath":[],"rest":"body"},
  revokeToken: {"method":"POST","path":"/tokens/{token}/revoke","inPath":["token"],"rest":"body"},
  listAudit: {"method":"GET","path":"/audit","inPath":[],"rest":"query"},
  verifyAudit: {"method":"GET","path":"/audit/verify","inPath":[],"rest":"query"},
  planErase: {"method":"POST","path":"/erase/plan","inPath":[],"rest":"body"},
  erasePerson: {"method":"POST","path":"/erase","inPath":[],"rest":"body"},
  listKeys: {"method":"GET","path":"/keys","inPath":[],"rest":"query"},
  rotateKeys: {"method":"POST","path":"/keys/rotate","inPath":[],"rest":"body"},
  listFlows: {"method":"GET","path":"/flows","inPath":[],"rest":"query"},
  showFlow: {"method":"GET","path":"/flows/{flow}","inPath":["flow"],"rest":"query"},
  listFlowVersions: {"method":"GET","path":"/flows/{flow}/versions","inPath":["flow"],"rest":"query"},
  showFlowVersion: {"method":"GET","path":"/flows/{flow}/versions/{hash}","inPath":["flow","hash"],"rest":"query"},
  drawFlow: {"method":"GET","path":"/flows/{flow}/picture","inPath":["flow"],"rest":"query"},
  showStatus: {"method":"GET","path":"/status","inPath":[],"rest":"query"},
  showSchedule: {"method":"GET","path":"/schedule","inPath":[],"rest":"query"},
  listPauses: {"method":"GET","path":"/pauses","inPath":[],"rest":"query"},
  pause: {"method":"POST","path":"/pauses","inPath":[],"rest":"body"},
  resume: {"method":"POST","path":"/pauses/resume","inPath":[],"rest":"body"},
  listDrifts: {"method":"GET","path":"/drifts","inPath":[],"rest":"query"},
  acceptDrifts: {"method":"POST","path":"/drifts/accept","inPath":[],"rest":"body"},
  resolveDrifts: {"method":"POST","path":"/drifts/resolve","inPath":[],"rest":"body"},
  showSettings: {"method":"GET","path":"/settings","inPath":[],"rest":"query"},
  listFindings: {"method":"GET","path":"/findings","inPath":[],"rest":"query"},
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
  readonly planReplay: types.PlanReplayInput;
  readonly makeBulk: types.MakeBulkInput;
  readonly listBulks: types.ListBulksInput;
  readonly showBulk: types.ShowBulkInput;
  readonly pauseBulk: types.PauseBulkInput;
  readonly resumeBulk: types.ResumeBulkInput;
  readonly stopBulk: types.StopBulkInput;
  readonly previewError: types.PreviewErrorInput;
  readonly search: types.SearchInput;
  readonly findJourney: types.FindJourneyInput;
  readonly listRuns: types.ListRunsInput;
  readonly showRun: types.ShowRunInput;
  readonly listRunRecords: types.ListRunRecordsInput;
  readonly approveRun: types.ApproveRunInput;
  readonly rejectRun: types.RejectRunInput;
  readonly startRun: types.StartRunInput;
  readonly followRun: types.FollowRunInput;
  readonly tellRun: types.TellRunInput;
  readonly planFlow: types.PlanFlowInput;
  readonly forecastResync: types.ForecastResyncInput;
  readonly showPending: types.ShowPendingInput;
  readonly listPending: types.ListPendingInput;
  readonly takePending: types.TakePendingInput;
  readonly listXrefs: types.ListXrefsInput;
  readonly planSetXref: types.PlanSetXrefInput;
  readonly setXref: types.SetXrefInput;
  readonly planForgetXrefs: types.PlanForgetXrefsInput;
  readonly forgetXrefs: types.ForgetXrefsInput;
  readonly listConnections: Record<string, never>;
  readonly showConnection: types.ShowConnectionInput;
  readonly checkConnections: types.CheckConnectionsInput;
  readonly me: Record<string, never>;
  readonly listMySessions: types.ListMySessionsInput;
  readonly endMySession: types.EndMySessionInput;
  readonly endMyOtherSessions: Record<string, never>;
  readonly changeMyPassword: types.ChangeMyPasswordInput;
  readonly listSessions: types.ListSessionsInput;
  readonly endSession: types.EndSessionInput;
  readonly listUsers: types.ListUsersInput;
  readonly addUser: types.AddUserInput;
  readonly grantUser: types.GrantUserInput;
  readonly setPassword: types.SetPasswordInput;
  readonly disableUser: types.DisableUserInput;
  readonly enableUser: types.EnableUserInput;
  readonly makeLoginLink: types.MakeLoginLinkInput;
  readonly listTokens: types.ListTokensInput;
  readonly createToken: types.CreateTokenInput;
  readonly revokeToken: types.RevokeTokenInput;
  readonly listAudit: types.ListAuditInput;
  readonly verifyAudit: types.VerifyAuditInput;
  readonly planErase: types.PlanEraseInput;
  readonly erasePerson: types.ErasePersonInput;
  readonly listKeys: Record<string, never>;
  readonly rotateKeys: Record<string, never>;
  readonly listFlows: Record<string, never>;
  readonly showFlow: types.ShowFlowInput;
  readonly listFlowVersions: types.ListFlowVersionsInput;
  readonly showFlowVersion: types.ShowFlowVersionInput;
  readonly drawFlow: types.DrawFlowInput;
  readonly showStatus: Record<string, never>;
  readonly showSchedule: types.ShowScheduleInput;
  readonly listPauses: Record<string, never>;
  readonly pause: types.PauseInput;
  readonly resume: types.ResumeInput;
  readonly listDrifts: types.ListDriftsInput;
  readonly acceptDrifts: types.AcceptDriftsInput;
  readonly resolveDrifts: types.ResolveDriftsInput;
  readonly showSettings: Record<string, never>;
  readonly listFindings: Record<string, never>;
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
  readonly planReplay: types.ReplayPlanAnswer;
  readonly makeBulk: types.BulkMadeAnswer;
  readonly listBulks: types.BulkListAnswer;
  readonly showBulk: types.BulkShowAnswer;
  readonly pauseBulk: types.BulkPauseAnswer;
  readonly resumeBulk: types.BulkResumeAnswer;
  readonly stopBulk: types.BulkStopAnswer;
  readonly previewError: types.ErrorPreviewAnswer;
  readonly search: types.SearchAnswer;
  readonly findJourney: types.JourneyAnswer;
  readonly listRuns: types.RunsListAnswer;
  readonly showRun: types.RunsShowAnswer;
  readonly listRunRecords: types.RunsRecordsAnswer;
  readonly approveRun: types.RunsApproveAnswer;
  readonly rejectRun: types.RunsRejectAnswer;
  readonly startRun: types.RunStartedAnswer;
  readonly followRun: types.RunProgressAnswer;
  readonly tellRun: types.RunBesideAnswer;
  readonly planFlow: types.PlanAnswer;
  readonly forecastResync: types.ResyncPlanAnswer;
  readonly showPending: types.PendingAnswer;
  readonly listPending: types.PendingListAnswer;
  readonly takePending: types.PendingTakeAnswer;
  readonly listXrefs: types.XrefsPageAnswer;
  readonly planSetXref: types.XrefSetAnswer;
  readonly setXref: types.XrefSetAnswer;
  readonly planForgetXrefs: types.XrefForgetAnswer;
  readonly forgetXrefs: types.XrefForgetAnswer;
  readonly listConnections: types.ConnectionsAnswer;
  readonly showConnection: types.ConnectionsShowAnswer;
  readonly checkConnections: types.CheckAnswer;
  readonly me: types.MeAnswer;
  readonly listMySessions: types.SessionsAnswer;
  readonly endMySession: undefined;
  readonly endMyOtherSessions: types.SessionsEndedAnswer;
  readonly changeMyPassword: undefined;
  readonly listSessions: types.SessionsAnswer;
  readonly endSession: undefined;
  readonly listUsers: types.UserListAnswer;
  readonly addUser: types.UserChangedAnswer;
  readonly grantUser: types.UserChangedAnswer;
  readonly setPassword: types.UserChangedAnswer;
  readonly disableUser: types.UserChangedAnswer;
  readonly enableUser: types.UserChangedAnswer;
  readonly makeLoginLink: types.UserLinkAnswer;
  readonly listTokens: types.TokenListAnswer;
  readonly createToken: types.TokenCreateAnswer;
  readonly revokeToken: types.TokenRevokeAnswer;
  readonly listAudit: types.AuditListAnswer;
  readonly verifyAudit: types.AuditVerifyAnswer;
  readonly planErase: types.ErasePlanAnswer;
  readonly erasePerson: types.EraseAnswer;
  readonly listKeys: types.KeysListAnswer;
  readonly rotateKeys: types.KeysRotateAnswer;
  readonly listFlows: types.FlowsAnswer;
  readonly showFlow: types.FlowsShowAnswer;
  readonly listFlowVersions: types.FlowsVersionsAnswer;
  readonly showFlowVersion: types.FlowsVersionAnswer;
  readonly drawFlow: types.FlowsPictureAnswer;
  readonly showStatus: types.StatusAnswer;
  readonly showSchedule: types.ScheduleAnswer;
  readonly listPauses: types.PausesAnswer;
  readonly pause: types.PausesPauseAnswer;
  readonly resume: types.PausesResumeAnswer;
  readonly listDrifts: types.DriftsAnswer;
  readonly acceptDrifts: types.DriftsAcceptAnswer;
  readonly resolveDrifts: types.DriftsResolveAnswer;
  readonly showSettings: types.SettingsAnswer;
  readonly listFindings: types.FindingsAnswer;
}
