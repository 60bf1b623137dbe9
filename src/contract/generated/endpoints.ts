// Generated from schemas/input and schemas/output by npm run generate

/**
 * Its number.
 */
export type IdInput = number;
/**
 * Name of a flow.
 */
export type FlowInput = string;
/**
 * Roles over flows.
 *
 * @minItems 1
 * @maxItems 50
 *
 * Items: A role over flows.
 */
export type GrantsInput = {
  /**
   * The role; each may what the one before it may, and more.
   */
  readonly role: 'viewer' | 'support' | 'integrator' | 'admin';
  /**
   * Over these flows: a name, with `*` for any part of it. An admin is one over all of them.
   */
  readonly flows: string;
}[];
/**
 * A password: 12 to 128 characters.
 */
export type PasswordInput = string;
/**
 * Name of a user.
 */
export type UserInput = string;
/**
 * Why, for whoever looks later.
 */
export type ReasonInput = string;
/**
 * Numbers of errors: these alone.
 *
 * @minItems 1
 * @maxItems 10000
 */
export type NamedErrorsInput = readonly IdInput[];
/**
 * A point in time.
 */
export type TimeInput = string;
/**
 * Number of a session.
 */
export type SessionInput = number;
/**
 * So many at most.
 */
export type LimitInput = number;
/**
 * The `next` of the page before; without it, from the beginning.
 */
export type CursorInput = string;
/**
 * These alone.
 *
 * @maxItems 1000
 */
export type IdsInput = readonly IdInput[];
/**
 * Code of the fault.
 */
export type CodeInput = string;
/**
 * Business key of the record.
 */
export type KeyInput = string;
/**
 * A whole value of the record: an order number, an e-mail address, a SKU, an id at the target; a part of one where none is just that.
 */
export type TextInput = string;
/**
 * Stands anywhere in record, key, message or answer.
 */
export type InsideInput = string;
/**
 * Stands in the message.
 */
export type MessageInput = string;
/**
 * Numbers of their causes.
 *
 * @maxItems 100
 */
export type CausesInput = readonly IdInput[];
/**
 * Who sees to them, or to their cause.
 */
export type AssigneeInput = string;
/**
 * They have this tag, or their cause does.
 */
export type TagInput = string;
/**
 * In one of these states; open and replaying if left out.
 *
 * @minItems 1
 * @maxItems 4
 */
export type StatesInput = readonly ('open' | 'replaying' | 'resolved' | 'discarded')[];
/**
 * What is made of each record before it is sent: one after the other, each over what the one before has made.
 *
 * @maxItems 50
 *
 * Items: A change.
 */
export type PatchInput = readonly (
  | {
      /**
       * What sort of change it is.
       */
      readonly kind: 'document';
      /**
       * What to change.
       */
      readonly document: unknown;
      /**
       * How whoever gave it calls it, for messages; `patch[0]` if left out.
       */
      readonly typedAs?: string;
    }
  | {
      /**
       * What sort of change it is.
       */
      readonly kind: 'set';
      /**
       * Its path.
       */
      readonly path: string;
      /**
       * What it is from now on.
       */
      readonly value: unknown;
      /**
       * How whoever gave it calls it, for messages; `patch[0]` if left out.
       */
      readonly typedAs?: string;
    }
  | {
      /**
       * What sort of change it is.
       */
      readonly kind: 'expression';
      /**
       * The expression.
       */
      readonly expression: string;
      /**
       * How whoever gave it calls it, for messages; `patch[0]` if left out.
       */
      readonly typedAs?: string;
    }
  | {
      /**
       * What sort of change it is.
       */
      readonly kind: 'table';
      /**
       * The text.
       */
      readonly text: string;
      /**
       * Name of the file it is from, for messages.
       */
      readonly file?: string;
      /**
       * How whoever gave it calls it, for messages; `patch[0]` if left out.
       */
      readonly typedAs?: string;
    }
)[];
/**
 * Replay even what the flow refuses still, or would be kept under another key.
 */
export type IsForcedInput = boolean;
/**
 * Under the flow as it is `now`, or as it was `then`, in the run in which each record failed.
 */
export type FlowOfInput = 'now' | 'then';
/**
 * Map each record anew, from the `start`; or from the `stage` that failed: send what the target would not take once more as it was.
 */
export type FromInput = 'start' | 'stage';
/**
 * The handle of a set.
 */
export type BulkInput = number;
/**
 * Id of a token, or all of it where it was found somewhere.
 */
export type TokenInput = string;
/**
 * One error with its record.
 */
export type ErrorsShowAnswer = ErrorAnswer & {
  readonly [k: string]: unknown;
};
/**
 * One thing that happened to it.
 */
export type JourneyStepAnswer =
  | {
      /**
       * When.
       */
      readonly at: string;
      /**
       * What kind of step it is.
       */
      readonly what: 'read';
      /**
       * The run.
       */
      readonly run: number;
      /**
       * What started the run.
       */
      readonly trigger?: 'manual' | 'schedule' | 'replay';
      /**
       * Who.
       */
      readonly by?: string;
      /**
       * Its version at the source.
       */
      readonly version?: string;
      /**
       * The error that it is a replay of.
       */
      readonly error?: number;
    }
  | {
      /**
       * When.
       */
      readonly at: string;
      /**
       * What kind of step it is.
       */
      readonly what: 'outcome';
      /**
       * The run.
       */
      readonly run: number;
      /**
       * How. `held`: it is tried again. `queued`: it waits behind an earlier state. `replaces`: it took the place of one that waited.
       */
      readonly outcome:
        | 'delivered'
        | 'unchanged'
        | 'filtered'
        | 'superseded'
        | 'blocked'
        | 'failed'
        | 'held'
        | 'queued'
        | 'replaces';
      /**
       * What was done at the target. `confirm`: an earlier attempt had created it.
       */
      readonly did?: 'create' | 'update' | 'upsert' | 'delete' | 'confirm';
      /**
       * Which attempt it was; absent: the first.
       */
      readonly attempt?: number;
      /**
       * What the target knows it by.
       */
      readonly targetId?: string;
      /**
       * Where on the line it failed.
       */
      readonly stage?: 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';
      /**
       * What went wrong at this step.
       */
      readonly fault?: {
        /**
         * The code of the fault.
         */
        readonly code: string;
        /**
         * What happened, in technical words.
         */
        readonly message: string;
        /**
         * Place in a file of the workspace.
         */
        readonly at?: string;
        readonly answer?: AnswerAnswer;
      };
      readonly explanation?: ExplanationAnswer;
      /**
       * What it waited for.
       *
       * Items: What a record refers to, and the target has to know first.
       */
      readonly missing?: {
        /**
         * What it is.
         */
        readonly entity: string;
        /**
         * Its key at the source.
         */
        readonly key: string;
      }[];
      /**
       * Why it was left out, or by what decision it ended.
       */
      readonly reason?: string;
      /**
       * By whom and when it was patched.
       */
      readonly patch?: string;
      /**
       * It failed as it had before.
       */
      readonly isAgain?: true;
      /**
       * What the record was at this step; private values are masked unless they were asked for.
       */
      readonly payloads?: {
        /**
         * As it was read, or as a person had patched it.
         */
        readonly native: unknown;
        /**
         * What the expressions of the flow saw, where that is another form.
         */
        readonly record?: unknown;
        /**
         * What the flow made of it, where the target has another form.
         */
        readonly mapped?: unknown;
        /**
         * What the target was given, or would have been.
         */
        readonly payload?: unknown;
        /**
         * `kept`: the payload was kept as it was sent. `proved`: it was worked out again, and has the fingerprint of what was sent. `differs`: it has another one, or would not get through. `computed`: nothing was sent that it could be compared with.
         */
        readonly proof?: 'kept' | 'proved' | 'differs' | 'computed';
        /**
         * Why there is no payload, or why it may not be what was sent.
         */
        readonly note?: string;
        /**
         * What had changed since the step before.
         */
        readonly changes?: {
          /**
           * Of the record as it was read.
           */
          readonly native: readonly ChangeAnswer[];
          /**
           * Of what the target was given; absent where one of the two has no payload.
           */
          readonly payload?: readonly ChangeAnswer[];
        };
      };
    }
  | {
      /**
       * When.
       */
      readonly at: string;
      /**
       * What kind of step it is.
       */
      readonly what: 'error';
      /**
       * The run.
       */
      readonly run: number;
      /**
       * The error.
       */
      readonly error: number;
      /**
       * The code of the fault.
       */
      readonly code: string;
    }
  | {
      /**
       * When.
       */
      readonly at: string;
      /**
       * What kind of step it is.
       */
      readonly what: 'settled';
      /**
       * The error.
       */
      readonly error: number;
      /**
       * How.
       */
      readonly state: 'resolved' | 'discarded';
      /**
       * Who; absent: by itself, as its record got through.
       */
      readonly by?: string;
      /**
       * The run in which it got through.
       */
      readonly run?: number;
      /**
       * Why, as it was said.
       */
      readonly reason?: string;
    }
  | {
      /**
       * When.
       */
      readonly at: string;
      /**
       * What kind of step it is.
       */
      readonly what: 'patched';
      /**
       * Who.
       */
      readonly by: string;
      /**
       * The error.
       */
      readonly error: number;
      /**
       * Why, as it was said.
       */
      readonly reason?: string;
      /**
       * What was changed.
       */
      readonly changes?: readonly ChangeAnswer[];
    }
  | {
      /**
       * When.
       */
      readonly at: string;
      /**
       * What kind of step it is.
       */
      readonly what: 'audit';
      /**
       * What.
       */
      readonly deed: string;
      /**
       * Who; `null`: it is not known.
       */
      readonly by: string | null;
      /**
       * The run.
       */
      readonly run?: number;
      /**
       * Why, as it was said.
       */
      readonly reason?: string;
    };
/**
 * Which id records have at the target.
 */
export type XrefListAnswer = readonly XrefAnswer[];

export interface EndpointTypes {
  readonly AcceptDriftsInput?: AcceptDriftsInput;
  readonly AddUserInput?: AddUserInput;
  readonly ApproveRunInput?: ApproveRunInput;
  readonly AssignErrorsInput?: AssignErrorsInput;
  readonly ChangeMyPasswordInput?: ChangeMyPasswordInput;
  readonly CheckConnectionsInput?: CheckConnectionsInput;
  readonly CommentErrorsInput?: CommentErrorsInput;
  readonly CreateTokenInput?: CreateTokenInput;
  readonly DisableUserInput?: DisableUserInput;
  readonly DiscardErrorsInput?: DiscardErrorsInput;
  readonly DrawFlowInput?: DrawFlowInput;
  readonly EnableUserInput?: EnableUserInput;
  readonly EndMySessionInput?: EndMySessionInput;
  readonly EndSessionInput?: EndSessionInput;
  readonly ErasePersonInput?: ErasePersonInput;
  readonly FindJourneyInput?: FindJourneyInput;
  readonly FollowRunInput?: FollowRunInput;
  readonly ForecastResyncInput?: ForecastResyncInput;
  readonly ForgetXrefsInput?: ForgetXrefsInput;
  readonly GrantUserInput?: GrantUserInput;
  readonly ListAuditInput?: ListAuditInput;
  readonly ListBulksInput?: ListBulksInput;
  readonly ListCausesInput?: ListCausesInput;
  readonly ListDriftsInput?: ListDriftsInput;
  readonly ListErrorsInput?: ListErrorsInput;
  readonly ListFlowVersionsInput?: ListFlowVersionsInput;
  readonly ListMySessionsInput?: ListMySessionsInput;
  readonly ListPendingInput?: ListPendingInput;
  readonly ListRunRecordsInput?: ListRunRecordsInput;
  readonly ListRunsInput?: ListRunsInput;
  readonly ListSessionsInput?: ListSessionsInput;
  readonly ListTokensInput?: ListTokensInput;
  readonly ListUsersInput?: ListUsersInput;
  readonly ListXrefsInput?: ListXrefsInput;
  readonly MakeBulkInput?: MakeBulkInput;
  readonly MakeLoginLinkInput?: MakeLoginLinkInput;
  readonly MuteErrorsInput?: MuteErrorsInput;
  readonly LimitInput?: LimitInput;
  readonly CursorInput?: CursorInput;
  readonly FlowInput?: FlowInput;
  readonly IdInput?: IdInput;
  readonly ReasonInput?: ReasonInput;
  readonly TimeInput?: TimeInput;
  readonly IdsInput?: IdsInput;
  readonly CodeInput?: CodeInput;
  readonly KeyInput?: KeyInput;
  readonly TextInput?: TextInput;
  readonly InsideInput?: InsideInput;
  readonly MessageInput?: MessageInput;
  readonly CausesInput?: CausesInput;
  readonly AssigneeInput?: AssigneeInput;
  readonly TagInput?: TagInput;
  readonly StatesInput?: StatesInput;
  readonly ErrorFilterInput?: ErrorFilterInput;
  readonly PatchInput?: PatchInput;
  readonly IsForcedInput?: IsForcedInput;
  readonly FlowOfInput?: FlowOfInput;
  readonly FromInput?: FromInput;
  readonly NamedErrorsInput?: NamedErrorsInput;
  readonly BulkInput?: BulkInput;
  readonly UserInput?: UserInput;
  readonly GrantsInput?: GrantsInput;
  readonly PasswordInput?: PasswordInput;
  readonly SessionInput?: SessionInput;
  readonly TokenInput?: TokenInput;
  readonly PauseBulkInput?: PauseBulkInput;
  readonly PauseInput?: PauseInput;
  readonly PlanEraseInput?: PlanEraseInput;
  readonly PlanFlowInput?: PlanFlowInput;
  readonly PlanForgetXrefsInput?: PlanForgetXrefsInput;
  readonly PlanReplayInput?: PlanReplayInput;
  readonly PlanSetXrefInput?: PlanSetXrefInput;
  readonly PlanSettlingInput?: PlanSettlingInput;
  readonly PreviewErrorInput?: PreviewErrorInput;
  readonly RejectRunInput?: RejectRunInput;
  readonly ReopenErrorsInput?: ReopenErrorsInput;
  readonly ResolveDriftsInput?: ResolveDriftsInput;
  readonly ResolveErrorsInput?: ResolveErrorsInput;
  readonly ResumeBulkInput?: ResumeBulkInput;
  readonly ResumeInput?: ResumeInput;
  readonly RevokeTokenInput?: RevokeTokenInput;
  readonly SearchInput?: SearchInput;
  readonly SetPasswordInput?: SetPasswordInput;
  readonly SetXrefInput?: SetXrefInput;
  readonly ShowBulkInput?: ShowBulkInput;
  readonly ShowCauseInput?: ShowCauseInput;
  readonly ShowConnectionInput?: ShowConnectionInput;
  readonly ShowErrorInput?: ShowErrorInput;
  readonly ShowFlowVersionInput?: ShowFlowVersionInput;
  readonly ShowFlowInput?: ShowFlowInput;
  readonly ShowPendingInput?: ShowPendingInput;
  readonly ShowRunInput?: ShowRunInput;
  readonly ShowScheduleInput?: ShowScheduleInput;
  readonly StartRunInput?: StartRunInput;
  readonly StopBulkInput?: StopBulkInput;
  readonly TagErrorsInput?: TagErrorsInput;
  readonly TakePendingInput?: TakePendingInput;
  readonly TellRunInput?: TellRunInput;
  readonly UnmuteErrorsInput?: UnmuteErrorsInput;
  readonly VerifyAuditInput?: VerifyAuditInput;
  readonly AuditListAnswer?: AuditListAnswer;
  readonly AuditVerifyAnswer?: AuditVerifyAnswer;
  readonly BulkListAnswer?: BulkListAnswer;
  readonly BulkMadeAnswer?: BulkMadeAnswer;
  readonly BulkPauseAnswer?: BulkPauseAnswer;
  readonly BulkResumeAnswer?: BulkResumeAnswer;
  readonly BulkShowAnswer?: BulkShowAnswer;
  readonly BulkStopAnswer?: BulkStopAnswer;
  readonly CheckAnswer?: CheckAnswer;
  readonly ConnectionsShowAnswer?: ConnectionsShowAnswer;
  readonly ConnectionsAnswer?: ConnectionsAnswer;
  readonly DriftsAcceptAnswer?: DriftsAcceptAnswer;
  readonly DriftsResolveAnswer?: DriftsResolveAnswer;
  readonly DriftsAnswer?: DriftsAnswer;
  readonly ErasePlanAnswer?: ErasePlanAnswer;
  readonly EraseAnswer?: EraseAnswer;
  readonly ErrorPreviewAnswer?: ErrorPreviewAnswer;
  readonly ErrorsCauseAnswer?: ErrorsCauseAnswer;
  readonly ErrorsCausesAnswer?: ErrorsCausesAnswer;
  readonly ErrorsListAnswer?: ErrorsListAnswer;
  readonly ErrorsNotedAnswer?: ErrorsNotedAnswer;
  readonly ErrorsSettlePlanAnswer?: ErrorsSettlePlanAnswer;
  readonly ErrorsSettledAnswer?: ErrorsSettledAnswer;
  readonly ErrorsShowAnswer?: ErrorsShowAnswer;
  readonly EventAnswer?: EventAnswer;
  readonly FindingsAnswer?: FindingsAnswer;
  readonly FlowsPictureAnswer?: FlowsPictureAnswer;
  readonly FlowsShowAnswer?: FlowsShowAnswer;
  readonly FlowsVersionAnswer?: FlowsVersionAnswer;
  readonly FlowsVersionsAnswer?: FlowsVersionsAnswer;
  readonly FlowsAnswer?: FlowsAnswer;
  readonly HealthHealthCheckAnswer?: HealthHealthCheckAnswer;
  readonly HealthLiveProcessAnswer?: HealthLiveProcessAnswer;
  readonly HealthAnswer?: HealthAnswer;
  readonly JourneyEndAnswer?: JourneyEndAnswer;
  readonly JourneyRecordAnswer?: JourneyRecordAnswer;
  readonly JourneyCandidateAnswer?: JourneyCandidateAnswer;
  readonly JourneyStepAnswer?: JourneyStepAnswer;
  readonly JourneyAnswer?: JourneyAnswer;
  readonly KeysEncryptAnswer?: KeysEncryptAnswer;
  readonly KeysListAnswer?: KeysListAnswer;
  readonly KeysRenewAnswer?: KeysRenewAnswer;
  readonly KeysRotateAnswer?: KeysRotateAnswer;
  readonly MeAnswer?: MeAnswer;
  readonly FaultAnswer?: FaultAnswer;
  readonly ExplanationAnswer?: ExplanationAnswer;
  readonly ChangeAnswer?: ChangeAnswer;
  readonly DecisionAnswer?: DecisionAnswer;
  readonly EntryAnswer?: EntryAnswer;
  readonly AnswerAnswer?: AnswerAnswer;
  readonly OtherErrorAnswer?: OtherErrorAnswer;
  readonly ErrorAnswer?: ErrorAnswer;
  readonly CountsAnswer?: CountsAnswer;
  readonly RunAnswer?: RunAnswer;
  readonly NeedAnswer?: NeedAnswer;
  readonly TroubleAnswer?: TroubleAnswer;
  readonly AwayAnswer?: AwayAnswer;
  readonly DriftCountAnswer?: DriftCountAnswer;
  readonly ScheduleAnswer?: ScheduleAnswer;
  readonly OpenErrorsAnswer?: OpenErrorsAnswer;
  readonly WaitingAnswer?: WaitingAnswer;
  readonly FlowStatusAnswer?: FlowStatusAnswer;
  readonly ErrorChangeAnswer?: ErrorChangeAnswer;
  readonly SuccessAnswer?: SuccessAnswer;
  readonly ScheduleLagAnswer?: ScheduleLagAnswer;
  readonly ApprovalDecisionAnswer?: ApprovalDecisionAnswer;
  readonly SubjectAnswer?: SubjectAnswer;
  readonly BulkResultAnswer?: BulkResultAnswer;
  readonly BulkAnswer?: BulkAnswer;
  readonly BulkItemAnswer?: BulkItemAnswer;
  readonly GapValueAnswer?: GapValueAnswer;
  readonly CauseTrendAnswer?: CauseTrendAnswer;
  readonly CauseErrorAnswer?: CauseErrorAnswer;
  readonly PauseInEffectAnswer?: PauseInEffectAnswer;
  readonly GrantAnswer?: GrantAnswer;
  readonly UserAnswer?: UserAnswer;
  readonly ApiTokenAnswer?: ApiTokenAnswer;
  readonly RunStateAnswer?: RunStateAnswer;
  readonly RunAbsenceAnswer?: RunAbsenceAnswer;
  readonly RunNoteAnswer?: RunNoteAnswer;
  readonly RunRestAnswer?: RunRestAnswer;
  readonly RunErrorsAnswer?: RunErrorsAnswer;
  readonly RunAskedAnswer?: RunAskedAnswer;
  readonly GuardCountAnswer?: GuardCountAnswer;
  readonly HeldRunAnswer?: HeldRunAnswer;
  readonly WaitingPauseAnswer?: WaitingPauseAnswer;
  readonly WaitingSourceAnswer?: WaitingSourceAnswer;
  readonly WaitingLaneAnswer?: WaitingLaneAnswer;
  readonly BlockedRecordAnswer?: BlockedRecordAnswer;
  readonly DoubtfulRecordAnswer?: DoubtfulRecordAnswer;
  readonly RetriedRecordAnswer?: RetriedRecordAnswer;
  readonly XrefAnswer?: XrefAnswer;
  readonly CheckTroubleAnswer?: CheckTroubleAnswer;
  readonly CheckedUseAnswer?: CheckedUseAnswer;
  readonly SessionAnswer?: SessionAnswer;
  readonly ScheduleViewAnswer?: ScheduleViewAnswer;
  readonly FlowEndAnswer?: FlowEndAnswer;
  readonly FlowGlanceAnswer?: FlowGlanceAnswer;
  readonly ShownFileAnswer?: ShownFileAnswer;
  readonly WorkspaceFindingAnswer?: WorkspaceFindingAnswer;
  readonly ConnectionViewAnswer?: ConnectionViewAnswer;
  readonly DriftAnswer?: DriftAnswer;
  readonly PausesPauseAnswer?: PausesPauseAnswer;
  readonly PausesResumeAnswer?: PausesResumeAnswer;
  readonly PausesAnswer?: PausesAnswer;
  readonly PendingListAnswer?: PendingListAnswer;
  readonly PendingTakeAnswer?: PendingTakeAnswer;
  readonly PendingAnswer?: PendingAnswer;
  readonly PlanForecastAnswer?: PlanForecastAnswer;
  readonly PlanAnswer?: PlanAnswer;
  readonly ProblemAnswer?: ProblemAnswer;
  readonly ReplayPlanAnswer?: ReplayPlanAnswer;
  readonly ReplayAnswer?: ReplayAnswer;
  readonly ResyncPlanAnswer?: ResyncPlanAnswer;
  readonly RunBesideAnswer?: RunBesideAnswer;
  readonly RunEndedAnswer?: RunEndedAnswer;
  readonly RunProgressAnswer?: RunProgressAnswer;
  readonly RunStartedAnswer?: RunStartedAnswer;
  readonly RunsApproveAnswer?: RunsApproveAnswer;
  readonly RunsListAnswer?: RunsListAnswer;
  readonly RunsRecordsRecordAnswer?: RunsRecordsRecordAnswer;
  readonly RunsRecordsAnswer?: RunsRecordsAnswer;
  readonly RunsRejectAnswer?: RunsRejectAnswer;
  readonly RunsShowAnswer?: RunsShowAnswer;
  readonly SearchAnswer?: SearchAnswer;
  readonly SessionsEndedAnswer?: SessionsEndedAnswer;
  readonly SessionsAnswer?: SessionsAnswer;
  readonly SettingsAnswer?: SettingsAnswer;
  readonly StatusAnswer?: StatusAnswer;
  readonly TokenCreateAnswer?: TokenCreateAnswer;
  readonly TokenListAnswer?: TokenListAnswer;
  readonly TokenRevokeAnswer?: TokenRevokeAnswer;
  readonly UserChangedAnswer?: UserChangedAnswer;
  readonly UserLinkAnswer?: UserLinkAnswer;
  readonly UserListAnswer?: UserListAnswer;
  readonly XrefForgetAnswer?: XrefForgetAnswer;
  readonly XrefListAnswer?: XrefListAnswer;
  readonly XrefSetAnswer?: XrefSetAnswer;
  readonly XrefsPageAnswer?: XrefsPageAnswer;
}
/**
 * Which open drifts are meant; all of it must fit, and something must be said.
 */
export interface AcceptDriftsInput {
  /**
   * These.
   *
   * @minItems 1
   * @maxItems 1000
   */
  readonly ids?: readonly IdInput[];
  readonly flow?: FlowInput;
}
/**
 * Who is to come in.
 */
export interface AddUserInput {
  /**
   * What they log in with, and are called in the audit log.
   */
  readonly name: string;
  /**
   * Where they are reached.
   */
  readonly email?: string;
  readonly grants: GrantsInput;
  readonly password?: PasswordInput;
}
/**
 * Which run is to go on.
 */
export interface ApproveRunInput {
  readonly run: IdInput;
}
/**
 * Who sees to errors and causes.
 */
export interface AssignErrorsInput {
  /**
   * Numbers of errors.
   *
   * @maxItems 1000
   */
  readonly errors?: readonly IdInput[];
  /**
   * Numbers of causes.
   *
   * @maxItems 1000
   */
  readonly causes?: readonly IdInput[];
  /**
   * This person; left out: nobody.
   */
  readonly to?: string;
}
/**
 * The password that there was, and the one from now on.
 */
export interface ChangeMyPasswordInput {
  /**
   * The password until now; absent where there is none.
   */
  readonly current?: string;
  readonly password: PasswordInput;
}
/**
 * Which connections are meant.
 */
export interface CheckConnectionsInput {
  /**
   * These; all, if left out.
   *
   * @minItems 1
   * @maxItems 100
   */
  readonly connections?: readonly string[];
}
/**
 * What somebody says about errors and causes.
 */
export interface CommentErrorsInput {
  /**
   * Numbers of errors.
   *
   * @maxItems 1000
   */
  readonly errors?: readonly IdInput[];
  /**
   * Numbers of causes.
   *
   * @maxItems 1000
   */
  readonly causes?: readonly IdInput[];
  /**
   * What there is to say.
   */
  readonly text: string;
}
/**
 * What the token may.
 */
export interface CreateTokenInput {
  /**
   * What it is for.
   */
  readonly name?: string;
  readonly grants: GrantsInput;
  /**
   * How long it lets in; `access.tokens` of the settings says, if left out.
   */
  readonly expires?: string;
}
/**
 * Whom nothing lets in any more.
 */
export interface DisableUserInput {
  readonly user: UserInput;
  readonly reason?: ReasonInput;
  /**
   * Also where nobody is left then who may see to users. At the command line over the database only: there is a way in.
   */
  readonly evenLast?: boolean;
}
/**
 * Which errors, and why.
 */
export interface DiscardErrorsInput {
  readonly ids: NamedErrorsInput;
  readonly reason?: ReasonInput;
}
/**
 * Which flow is meant, and since when.
 */
export interface DrawFlowInput {
  readonly flow: FlowInput;
  readonly since?: TimeInput;
}
/**
 * Who is let in again.
 */
export interface EnableUserInput {
  readonly user: UserInput;
  readonly reason?: ReasonInput;
}
/**
 * Which session ends.
 */
export interface EndMySessionInput {
  readonly session: SessionInput;
}
/**
 * Which session ends.
 */
export interface EndSessionInput {
  readonly session: SessionInput;
}
/**
 * Who is erased, and why.
 */
export interface ErasePersonInput {
  /**
   * Values that name the person: customer numbers, e-mail addresses, ids at a target. Each is meant as a whole value.
   *
   * @minItems 1
   * @maxItems 100
   */
  readonly values: readonly string[];
  /**
   * Only records that say one of the values; without it, also those that say by what else the person is known.
   */
  readonly only?: boolean;
  /**
   * Look through all of history, also for values that stand inside of longer ones.
   */
  readonly thorough?: boolean;
  /**
   * Entities whose records are people; `customer`, if left out.
   *
   * @minItems 1
   * @maxItems 100
   */
  readonly entities?: readonly string[];
  /**
   * Why, for whoever looks later. What names the person is taken out of it.
   */
  readonly reason?: string;
  /**
   * So many seconds it waits for runs that are reading their sources; 20, if left out.
   */
  readonly patience?: number;
  /**
   * Of encrypted payloads: leave data keys. Else all there is is sealed anew, and the keys from before are destroyed.
   */
  readonly keepKeys?: boolean;
}
/**
 * What is looked for.
 */
export interface FindJourneyInput {
  /**
   * Number of an order, e-mail address, SKU, id at the target: a whole value.
   */
  readonly text: string;
  readonly flow?: FlowInput;
  /**
   * Only records with this business key.
   */
  readonly key?: string;
  /**
   * With what the record was at each step, and what changed: `covered` masks private values, `values` shows them of flows over which one has the role support.
   */
  readonly payloads?: 'covered' | 'values';
}
/**
 * Which run is followed, and what has been seen of it.
 */
export interface FollowRunInput {
  readonly run: IdInput;
  /**
   * The `mark` of the last look; without one, this is the first.
   */
  readonly mark?: string;
  /**
   * For how long that has stayed so. Milliseconds.
   */
  readonly idleMs?: number;
  /**
   * How long it is followed without progress; without it, as long as it may help. Milliseconds.
   */
  readonly patienceMs?: number;
}
/**
 * Which flow is meant.
 */
export interface ForecastResyncInput {
  readonly flow: FlowInput;
}
/**
 * Which ids are meant; all of it must fit, and something must be said.
 */
export interface ForgetXrefsInput {
  readonly flow?: FlowInput;
  /**
   * Only of this entity, or resource where there is none.
   */
  readonly entity?: string;
  /**
   * Only with this connection at one end.
   */
  readonly connection?: string;
  /**
   * Only of this key.
   */
  readonly key?: string;
  /**
   * Only with this id.
   */
  readonly id?: string;
  /**
   * Also creates that nobody knows the end of: they may be made a second time then.
   */
  readonly force?: boolean;
  /**
   * How many that are: nothing is forgotten where it would be others than so many.
   */
  readonly count?: number;
}
/**
 * What a user may from now on, in place of what they might.
 */
export interface GrantUserInput {
  readonly user: UserInput;
  readonly grants: GrantsInput;
  readonly reason?: ReasonInput;
  /**
   * Also where nobody is left then who may see to users. At the command line over the database only: there is a way in.
   */
  readonly evenLast?: boolean;
}
/**
 * Which entries of the audit log; all of it must fit.
 */
export interface ListAuditInput {
  /**
   * Decided by this person.
   */
  readonly by?: string;
  /**
   * Only this deed.
   */
  readonly deed?: string;
  /**
   * About this flow.
   */
  readonly flow?: string;
  /**
   * About this run.
   */
  readonly run?: number;
  /**
   * About this error.
   */
  readonly error?: number;
  /**
   * About this cause.
   */
  readonly cause?: number;
  /**
   * About this drift.
   */
  readonly drift?: number;
  /**
   * About this set of errors.
   */
  readonly set?: number;
  /**
   * About the id of the record with this key.
   */
  readonly key?: string;
  /**
   * About this user, token, connection or setting.
   */
  readonly name?: string;
  /**
   * From this time on.
   */
  readonly since?: string;
  /**
   * Before this time.
   */
  readonly until?: string;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * How many sets.
 */
export interface ListBulksInput {
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which errors are meant, whose causes are listed; all of it must fit.
 */
export interface ListCausesInput {
  readonly ids?: IdsInput;
  readonly flow?: FlowInput;
  readonly code?: CodeInput;
  readonly key?: KeyInput;
  readonly text?: TextInput;
  readonly inside?: InsideInput;
  readonly message?: MessageInput;
  readonly since?: TimeInput;
  readonly causes?: CausesInput;
  readonly assignee?: AssigneeInput;
  readonly tag?: TagInput;
  readonly states?: StatesInput;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which drifts are meant.
 */
export interface ListDriftsInput {
  readonly flow?: FlowInput;
  /**
   * In one of these states; open ones, if left out.
   *
   * @minItems 1
   * @maxItems 3
   */
  readonly states?: readonly ('open' | 'accepted' | 'resolved')[];
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which errors are meant; all of it must fit.
 */
export interface ListErrorsInput {
  readonly ids?: IdsInput;
  readonly flow?: FlowInput;
  readonly code?: CodeInput;
  readonly key?: KeyInput;
  readonly text?: TextInput;
  readonly inside?: InsideInput;
  readonly message?: MessageInput;
  readonly since?: TimeInput;
  readonly causes?: CausesInput;
  readonly assignee?: AssigneeInput;
  readonly tag?: TagInput;
  readonly states?: StatesInput;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which flow is meant.
 */
export interface ListFlowVersionsInput {
  readonly flow: FlowInput;
}
/**
 * Which page.
 */
export interface ListMySessionsInput {
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * What waits in one way.
 */
export interface ListPendingInput {
  /**
   * What waits in this way.
   */
  readonly kind: 'batches' | 'blocked' | 'in-doubt' | 'retried';
  readonly flow?: FlowInput;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which records are meant.
 */
export interface ListRunRecordsInput {
  readonly run: IdInput;
  /**
   * With one of these outcomes.
   *
   * @minItems 1
   * @maxItems 9
   */
  readonly outcomes?: readonly (
    | 'delivered'
    | 'unchanged'
    | 'filtered'
    | 'superseded'
    | 'blocked'
    | 'failed'
    | 'held'
    | 'queued'
    | 'replaces'
  )[];
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which runs are meant; all of it must fit.
 */
export interface ListRunsInput {
  readonly flow?: FlowInput;
  /**
   * In one of these states.
   *
   * @minItems 1
   * @maxItems 7
   */
  readonly statuses?: readonly ('queued' | 'running' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped')[];
  /**
   * Asked for in one of these ways.
   *
   * @minItems 1
   * @maxItems 3
   */
  readonly triggers?: readonly ('manual' | 'schedule' | 'replay')[];
  readonly since?: TimeInput;
  readonly until?: TimeInput;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which sessions.
 */
export interface ListSessionsInput {
  readonly user?: UserInput;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which tokens.
 */
export interface ListTokensInput {
  /**
   * Also those that are revoked or over.
   */
  readonly all?: boolean;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which page.
 */
export interface ListUsersInput {
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which ids are meant; all of it must fit.
 */
export interface ListXrefsInput {
  readonly flow?: FlowInput;
  /**
   * Only of this entity, or resource where there is none.
   */
  readonly entity?: string;
  /**
   * Only with this connection at one end.
   */
  readonly connection?: string;
  /**
   * Only of this key.
   */
  readonly key?: string;
  /**
   * Only with this id.
   */
  readonly id?: string;
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * What is done, about which errors: those that fit the filter, those that are named, or those that do both.
 */
export interface MakeBulkInput {
  /**
   * What is done about each error.
   */
  readonly kind: 'replay' | 'resolve' | 'discard' | 'reopen';
  readonly filter?: ErrorFilterInput;
  readonly ids?: NamedErrorsInput;
  readonly patch?: PatchInput;
  readonly isForced?: IsForcedInput;
  readonly flowOf?: FlowOfInput;
  readonly from?: FromInput;
  /**
   * Of a replay: only if this plan is still true; what has moved is told, if not.
   */
  readonly expect?: string;
  readonly reason?: ReasonInput;
}
/**
 * Which errors are meant; all of it must fit.
 */
export interface ErrorFilterInput {
  readonly flow?: FlowInput;
  readonly code?: CodeInput;
  readonly key?: KeyInput;
  readonly text?: TextInput;
  readonly inside?: InsideInput;
  readonly message?: MessageInput;
  readonly since?: TimeInput;
  readonly causes?: CausesInput;
  readonly assignee?: AssigneeInput;
  readonly tag?: TagInput;
}
/**
 * Whom the link lets in.
 */
export interface MakeLoginLinkInput {
  readonly user: UserInput;
}
/**
 * Until when errors and causes need nobody.
 */
export interface MuteErrorsInput {
  /**
   * Numbers of errors.
   *
   * @maxItems 1000
   */
  readonly errors?: readonly IdInput[];
  /**
   * Numbers of causes.
   *
   * @maxItems 1000
   */
  readonly causes?: readonly IdInput[];
  readonly until?: TimeInput;
}
/**
 * Which set, and why.
 */
export interface PauseBulkInput {
  readonly bulk: BulkInput;
  readonly reason?: ReasonInput;
}
/**
 * What is to stand still, why, and until when.
 */
export interface PauseInput {
  /**
   * A flow, or a connection.
   */
  readonly name: string;
  /**
   * What the name is, where it may be both.
   */
  readonly kind?: 'flow' | 'connection';
  readonly reason: ReasonInput;
  readonly until?: TimeInput;
}
/**
 * Who is meant.
 */
export interface PlanEraseInput {
  /**
   * Values that name the person: customer numbers, e-mail addresses, ids at a target. Each is meant as a whole value.
   *
   * @minItems 1
   * @maxItems 100
   */
  readonly values: readonly string[];
  /**
   * Only records that say one of the values; without it, also those that say by what else the person is known.
   */
  readonly only?: boolean;
  /**
   * Look through all of history, also for values that stand inside of longer ones.
   */
  readonly thorough?: boolean;
  /**
   * Entities whose records are people; `customer`, if left out.
   *
   * @minItems 1
   * @maxItems 100
   */
  readonly entities?: readonly string[];
}
/**
 * Which flow is meant, and what it would read.
 */
export interface PlanFlowInput {
  readonly flow: FlowInput;
  /**
   * Read everything, not only what changed.
   */
  readonly full?: boolean;
  /**
   * Write again what is equal to what was delivered last.
   */
  readonly force?: boolean;
  /**
   * Read from this time on. Without a zone, in that of the connection.
   */
  readonly since?: string;
  /**
   * Read up to this time.
   */
  readonly until?: string;
  /**
   * Read so many records.
   */
  readonly limit?: number;
  /**
   * Only the record with this key, among those that are read.
   */
  readonly key?: string;
  /**
   * So many records of each kind are given.
   */
  readonly samples?: number;
}
/**
 * Which ids are meant; all of it must fit, and something must be said.
 */
export interface PlanForgetXrefsInput {
  readonly flow?: FlowInput;
  /**
   * Only of this entity, or resource where there is none.
   */
  readonly entity?: string;
  /**
   * Only with this connection at one end.
   */
  readonly connection?: string;
  /**
   * Only of this key.
   */
  readonly key?: string;
  /**
   * Only with this id.
   */
  readonly id?: string;
  /**
   * Also creates that nobody knows the end of: they may be made a second time then.
   */
  readonly force?: boolean;
}
/**
 * Which errors would be replayed, and how.
 */
export interface PlanReplayInput {
  readonly filter?: ErrorFilterInput;
  readonly ids?: NamedErrorsInput;
  readonly patch?: PatchInput;
  readonly isForced?: IsForcedInput;
  readonly flowOf?: FlowOfInput;
  readonly from?: FromInput;
  /**
   * Of each flow and effect, so many records are shown; all are counted.
   */
  readonly samples?: number;
}
/**
 * Which id a key is to have.
 */
export interface PlanSetXrefInput {
  readonly flow: FlowInput;
  /**
   * Key of the record.
   */
  readonly key: string;
  /**
   * Its id at the target.
   */
  readonly id: string;
  /**
   * Also an id that another key has.
   */
  readonly force?: boolean;
}
/**
 * What would be settled, or opened again; all of it must fit.
 */
export interface PlanSettlingInput {
  /**
   * What would be done.
   */
  readonly deed: 'resolve' | 'discard' | 'reopen';
  readonly ids?: NamedErrorsInput;
  readonly flow?: FlowInput;
  readonly code?: CodeInput;
  readonly key?: KeyInput;
  readonly text?: TextInput;
  readonly inside?: InsideInput;
  readonly message?: MessageInput;
  readonly since?: TimeInput;
  readonly causes?: CausesInput;
  readonly assignee?: AssigneeInput;
  readonly tag?: TagInput;
}
/**
 * What would be made of the record of one error.
 */
export interface PreviewErrorInput {
  readonly error: IdInput;
  readonly patch?: PatchInput;
  readonly flowOf?: FlowOfInput;
}
/**
 * Which run is to be stopped, and why.
 */
export interface RejectRunInput {
  readonly run: IdInput;
  readonly reason: ReasonInput;
}
/**
 * Which errors.
 */
export interface ReopenErrorsInput {
  readonly ids: NamedErrorsInput;
}
/**
 * Which open drifts are meant; all of it must fit, and something must be said.
 */
export interface ResolveDriftsInput {
  /**
   * These.
   *
   * @minItems 1
   * @maxItems 1000
   */
  readonly ids?: readonly IdInput[];
  readonly flow?: FlowInput;
}
/**
 * Which errors, and why.
 */
export interface ResolveErrorsInput {
  readonly ids: NamedErrorsInput;
  readonly reason?: ReasonInput;
}
/**
 * Which set, and why.
 */
export interface ResumeBulkInput {
  readonly bulk: BulkInput;
  readonly reason?: ReasonInput;
}
/**
 * What is to go on.
 */
export interface ResumeInput {
  /**
   * A flow, or a connection.
   */
  readonly name: string;
  /**
   * What the name is, where it may be both.
   */
  readonly kind?: 'flow' | 'connection';
  readonly reason?: ReasonInput;
}
/**
 * Which token lets in no more.
 */
export interface RevokeTokenInput {
  readonly token: TokenInput;
  readonly reason?: ReasonInput;
}
/**
 * What is looked for.
 */
export interface SearchInput {
  /**
   * Number of an order, e-mail address, SKU, id at the target: a whole value.
   */
  readonly text: string;
  /**
   * So many of each kind at most.
   */
  readonly limit?: number;
}
/**
 * The new password of a user.
 */
export interface SetPasswordInput {
  readonly user: UserInput;
  readonly password: PasswordInput;
  readonly reason?: ReasonInput;
}
/**
 * Which id a key is to have.
 */
export interface SetXrefInput {
  readonly flow: FlowInput;
  /**
   * Key of the record.
   */
  readonly key: string;
  /**
   * Its id at the target.
   */
  readonly id: string;
  /**
   * Also an id that another key has.
   */
  readonly force?: boolean;
  /**
   * What it is known by as long as nobody has said otherwise: nothing is said where that is not so any more. `null`: not at all.
   */
  readonly before?: string | null;
}
/**
 * Which set, and which of its errors.
 */
export interface ShowBulkInput {
  readonly bulk: BulkInput;
  /**
   * Only errors that are this; all of them if left out.
   *
   * @minItems 1
   * @maxItems 4
   */
  readonly states?: readonly ('waiting' | 'staged' | 'ended' | 'left')[];
  readonly limit?: LimitInput;
  readonly cursor?: CursorInput;
}
/**
 * Which cause is meant.
 */
export interface ShowCauseInput {
  readonly cause: IdInput;
}
/**
 * Which connection is meant.
 */
export interface ShowConnectionInput {
  /**
   * Name of a connection.
   */
  readonly connection: string;
}
/**
 * Which error is meant.
 */
export interface ShowErrorInput {
  /**
   * Its number, the key of its record, or any text in it: open ones before others, the newest of them first.
   */
  readonly error: string;
}
/**
 * Which version is meant.
 */
export interface ShowFlowVersionInput {
  readonly flow: FlowInput;
  /**
   * The version, as the list of them has it.
   */
  readonly hash: string;
}
/**
 * Which flow is meant.
 */
export interface ShowFlowInput {
  readonly flow: FlowInput;
}
/**
 * What waits.
 */
export interface ShowPendingInput {
  readonly flow?: FlowInput;
  readonly limit?: LimitInput;
}
/**
 * Which run is meant.
 */
export interface ShowRunInput {
  readonly run: IdInput;
}
/**
 * Which hours are meant.
 */
export interface ShowScheduleInput {
  readonly flow?: FlowInput;
  /**
   * So many hours from now on.
   */
  readonly hours?: number;
}
/**
 * Which flow is to run, and what it is to read.
 */
export interface StartRunInput {
  readonly flow: FlowInput;
  /**
   * Read everything, not only what changed.
   */
  readonly full?: boolean;
  /**
   * Write again what is equal to what was delivered last.
   */
  readonly force?: boolean;
  /**
   * Read from this time on. Without a zone, in that of the connection.
   */
  readonly since?: string;
  /**
   * Read up to this time.
   */
  readonly until?: string;
  /**
   * Read so many records.
   */
  readonly limit?: number;
  /**
   * Although the flow, or a connection of it, is paused: it works on until this run is over.
   */
  readonly evenPaused?: true;
}
/**
 * Which set, and why.
 */
export interface StopBulkInput {
  readonly bulk: BulkInput;
  readonly reason?: ReasonInput;
}
/**
 * Names that errors and causes are found by.
 */
export interface TagErrorsInput {
  /**
   * Numbers of errors.
   *
   * @maxItems 1000
   */
  readonly errors?: readonly IdInput[];
  /**
   * Numbers of causes.
   *
   * @maxItems 1000
   */
  readonly causes?: readonly IdInput[];
  /**
   * Tags that they have from now on.
   *
   * @maxItems 100
   */
  readonly add?: readonly string[];
  /**
   * Tags that they lose.
   *
   * @maxItems 100
   */
  readonly remove?: readonly string[];
}
/**
 * What is to be taken out: all that waits of a key, the next batch of a lane, or all that is left of a run.
 */
export interface TakePendingInput {
  readonly flow?: FlowInput;
  /**
   * All that waits of this key.
   */
  readonly key?: string;
  /**
   * The next batch of this lane.
   */
  readonly lane?: number;
  readonly run?: IdInput;
  readonly reason: ReasonInput;
}
/**
 * Which run is meant, with those before it that went on with it.
 */
export interface TellRunInput {
  readonly run: IdInput;
  /**
   * Runs before it that are told with it.
   *
   * @maxItems 1000
   */
  readonly earlier?: readonly IdInput[];
}
/**
 * Errors and causes that need somebody again.
 */
export interface UnmuteErrorsInput {
  /**
   * Numbers of errors.
   *
   * @maxItems 1000
   */
  readonly errors?: readonly IdInput[];
  /**
   * Numbers of causes.
   *
   * @maxItems 1000
   */
  readonly causes?: readonly IdInput[];
}
/**
 * What is known of the log already.
 */
export interface VerifyAuditInput {
  /**
   * An end of the log that was kept elsewhere, as `POSITION:HASH`: it must be in it still.
   */
  readonly head?: string;
}
/**
 * What people have decided, the newest first.
 */
export interface AuditListAnswer {
  /**
   * Those that fit.
   *
   * Items: A decision.
   */
  readonly entries: {
    /**
     * Its place in the log, in the order in which decisions were committed, from 1 and without a gap.
     */
    readonly position: number;
    /**
     * Its id in the table `audit_entries`.
     */
    readonly id: number;
    /**
     * When.
     */
    readonly at: string;
    /**
     * Who; `null` where nobody has said so.
     */
    readonly by: string | null;
    /**
     * By what way: a session, or a token with its name.
     */
    readonly via?: string;
    /**
     * What was decided.
     */
    readonly deed: string;
    /**
     * The flow that it is about.
     */
    readonly flow?: string;
    /**
     * The run that it is about, or has begun.
     */
    readonly run?: number;
    /**
     * How many it has reached.
     */
    readonly count?: number;
    /**
     * Why, as it was said.
     */
    readonly reason?: string;
    /**
     * What it is about, by ids and keys.
     */
    readonly about: {
      /**
       * Errors.
       */
      readonly errors?: readonly number[];
      /**
       * Causes of errors.
       */
      readonly causes?: readonly number[];
      /**
       * Drifts.
       */
      readonly drifts?: readonly number[];
      /**
       * A lane of the flow.
       */
      readonly lane?: number;
      /**
       * Of a replay: under the flow as it was when its records failed.
       */
      readonly flowOf?: 'now' | 'then';
      /**
       * Of a replay: what had been sent was sent once more.
       */
      readonly from?: 'start' | 'stage';
      /**
       * A frozen set of errors.
       */
      readonly bulk?: number;
      /**
       * Keys of records.
       */
      readonly keys?: readonly string[];
      /**
       * Of keys: the entity, and the two systems between which they are known.
       */
      readonly scope?: {
        /**
         * The entity.
         */
        readonly entity: string;
        /**
         * The connection that records come from.
         */
        readonly source: string;
        /**
         * The connection that they go to.
         */
        readonly target: string;
      };
      /**
       * A user, a token, a connection, a setting or a key of encryption.
       */
      readonly name?: string;
      /**
       * What else there is to know of the decision.
       */
      readonly details?: {};
      /**
       * Of an erasure: entries of which something was erased, by id, each with the SHA-256 of what it says by now.
       */
      readonly redacted?: {
        readonly [k: string]: string;
      };
    };
    /**
     * Something that it said was erased; an entry with the deed `erase` says by whom.
     */
    readonly erased?: true;
    /**
     * SHA-256 over the entry and the hash before it, in hex.
     */
    readonly hash: string;
  }[];
  /**
   * Where the list goes on: `--cursor`. Absent at the end.
   */
  readonly next?: string;
}
/**
 * Whether the audit log is as it was written.
 */
export interface AuditVerifyAnswer {
  /**
   * Nothing was removed, changed or put in between.
   */
  readonly fits: boolean;
  /**
   * How many entries there are: the position of the last.
   */
  readonly entries: number;
  /**
   * Entries of which something was erased, as an entry of the log says.
   */
  readonly erased: number;
  /**
   * The end of the log, to be kept elsewhere: `audit verify --head POSITION:HASH` proves that it is in the log still.
   */
  readonly head: {
    /**
     * Of the last entry; 0 where there is none yet.
     */
    readonly position: number;
    /**
     * Its hash: SHA-256 in hex; empty where there is no entry yet.
     */
    readonly hash: string;
  };
  /**
   * The first entry that does not fit.
   */
  readonly first?: {
    /**
     * Its place in the log.
     */
    readonly position: number;
    /**
     * Its id in the table `audit_entries`, where it is still there.
     */
    readonly entry?: number;
    /**
     * What does not fit.
     */
    readonly why: string;
  };
}
/**
 * Frozen sets of errors, the newest first.
 */
export interface BulkListAnswer {
  /**
   * The sets.
   */
  readonly bulks: readonly BulkAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
}
/**
 * A frozen set of errors, and how far it is.
 */
export interface BulkAnswer {
  /**
   * The handle: `tradelane bulk show 3`.
   */
  readonly bulk: number;
  /**
   * What is done to each error.
   */
  readonly kind: 'replay' | 'resolve' | 'discard' | 'reopen';
  /**
   * How it stands; what was sent comes to its end in each of them.
   */
  readonly state: 'waiting' | 'running' | 'paused' | 'stopped' | 'done';
  /**
   * Who made it.
   */
  readonly by: string;
  /**
   * Why, as it was said.
   */
  readonly reason?: string;
  /**
   * Which errors were asked for, as it was said.
   */
  readonly wish: unknown;
  /**
   * What was to be changed of each record, as it was said.
   */
  readonly patch?: unknown;
  /**
   * How records are sent, where that is not as usual.
   */
  readonly way?: unknown;
  /**
   * The plan that was looked at before.
   */
  readonly plan?: string;
  /**
   * Connections that it writes to: one replay at a time over each.
   */
  readonly connections: readonly string[];
  /**
   * When it was made.
   */
  readonly createdAt: string;
  /**
   * When the first of it was taken.
   */
  readonly startedAt?: string;
  /**
   * When it was done, or stopped.
   */
  readonly endedAt?: string;
  /**
   * How many errors it froze: `waiting` + `underWay` + `ended` + `left`.
   */
  readonly errors: number;
  /**
   * Nothing has been done about them.
   */
  readonly waiting: number;
  /**
   * Their records are on their way, or wait for another attempt or a reference.
   */
  readonly underWay: number;
  /**
   * Those of which it is known what became of them.
   */
  readonly ended: number;
  /**
   * Those that left the set untouched, as they were not any more what they had been.
   */
  readonly left: number;
  /**
   * Those that have ended, by what became of them.
   */
  readonly results: readonly BulkResultAnswer[];
  /**
   * Those that left the set, by why.
   */
  readonly leftFor: readonly BulkResultAnswer[];
  /**
   * The runs in which its records were sent.
   */
  readonly runs: readonly number[];
  /**
   * Sets that it waits for, as they write to the same connections.
   */
  readonly waitsFor?: readonly number[];
  readonly fault?: FaultAnswer;
}
/**
 * How many errors of a set came to the same.
 */
export interface BulkResultAnswer {
  /**
   * What became of them: `delivered`, `unchanged`, `filtered`, `superseded`, `failed`, or, where nothing is sent, `resolved`, `discarded`, `reopened`. Of those that left the set: `superseded` (a newer version of the record came), `settled`, `taken` (by another replay), `edited`, `reopened`.
   */
  readonly result: string;
  /**
   * Of those that failed again: the code of the fault.
   */
  readonly code?: string;
  /**
   * How many.
   */
  readonly count: number;
}
/**
 * What went wrong with a run or a connection.
 */
export interface FaultAnswer {
  /**
   * The code of the fault.
   */
  readonly code: string;
  /**
   * What happened, in technical words.
   */
  readonly message: string;
}
/**
 * The set that was made; without one where nothing fits, or there is no whole record to any of the errors.
 */
export interface BulkMadeAnswer {
  readonly bulk?: BulkAnswer;
  /**
   * Of a filter: how many errors are in the same states, and not in the set.
   */
  readonly outside?: number;
  /**
   * What is worth telling of what was asked for, though it can be meant.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
  /**
   * Where none fits: how many errors are open in all.
   */
  readonly open?: number;
}
/**
 * The set as it is then.
 */
export interface BulkPauseAnswer {
  readonly bulk: BulkAnswer;
}
/**
 * The set as it is then.
 */
export interface BulkResumeAnswer {
  readonly bulk: BulkAnswer;
}
/**
 * One set, and what became of its errors.
 */
export interface BulkShowAnswer {
  /**
   * The set.
   */
  readonly bulk: {
    /**
     * The handle: `tradelane bulk show 3`.
     */
    readonly bulk: number;
    /**
     * What is done to each error.
     */
    readonly kind: 'replay' | 'resolve' | 'discard' | 'reopen';
    /**
     * How it stands; what was sent comes to its end in each of them.
     */
    readonly state: 'waiting' | 'running' | 'paused' | 'stopped' | 'done';
    /**
     * Who made it.
     */
    readonly by: string;
    /**
     * Why, as it was said.
     */
    readonly reason?: string;
    /**
     * Which errors were asked for, as it was said.
     */
    readonly wish: unknown;
    /**
     * What was to be changed of each record, as it was said.
     */
    readonly patch?: unknown;
    /**
     * How records are sent, where that is not as usual.
     */
    readonly way?: unknown;
    /**
     * The plan that was looked at before.
     */
    readonly plan?: string;
    /**
     * Connections that it writes to: one replay at a time over each.
     */
    readonly connections: readonly string[];
    /**
     * When it was made.
     */
    readonly createdAt: string;
    /**
     * When the first of it was taken.
     */
    readonly startedAt?: string;
    /**
     * When it was done, or stopped.
     */
    readonly endedAt?: string;
    /**
     * How many errors it froze: `waiting` + `underWay` + `ended` + `left`.
     */
    readonly errors: number;
    /**
     * Nothing has been done about them.
     */
    readonly waiting: number;
    /**
     * Their records are on their way, or wait for another attempt or a reference.
     */
    readonly underWay: number;
    /**
     * Those of which it is known what became of them.
     */
    readonly ended: number;
    /**
     * Those that left the set untouched, as they were not any more what they had been.
     */
    readonly left: number;
    /**
     * Those that have ended, by what became of them.
     */
    readonly results: readonly BulkResultAnswer[];
    /**
     * Those that left the set, by why.
     */
    readonly leftFor: readonly BulkResultAnswer[];
    /**
     * The runs in which its records were sent.
     */
    readonly runs: readonly number[];
    /**
     * Sets that it waits for, as they write to the same connections.
     */
    readonly waitsFor?: readonly number[];
    readonly fault?: FaultAnswer;
    /**
     * What people have decided about it, the earliest first.
     */
    readonly audit: readonly EntryAnswer[];
  };
  /**
   * Its errors, as many as were asked for.
   */
  readonly items: readonly BulkItemAnswer[];
  /**
   * Where its errors go on; absent: this was the end.
   */
  readonly next?: string;
}
/**
 * What a person has done, as the audit keeps it.
 */
export interface EntryAnswer {
  /**
   * When.
   */
  readonly at: string;
  /**
   * Who; `null`: nobody has said so.
   */
  readonly by: string | null;
  /**
   * What.
   */
  readonly deed: string;
  /**
   * Why.
   */
  readonly reason?: string;
  /**
   * The run that it is about, or has made.
   */
  readonly run?: number;
  /**
   * How many records it has reached.
   */
  readonly count?: number;
  /**
   * Of a replay: under each flow as it was when its records failed, not as it is now.
   */
  readonly flowOf?: 'then';
  /**
   * Of a replay: what the target had not taken was sent once more as it was, without mapping it anew.
   */
  readonly from?: 'stage';
}
/**
 * What became of one error of a set.
 */
export interface BulkItemAnswer {
  /**
   * Its id: `tradelane errors show 17`.
   */
  readonly error: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * The key of its record.
   */
  readonly key?: string;
  /**
   * How it stands.
   */
  readonly state: 'waiting' | 'staged' | 'ended' | 'left';
  /**
   * What became of it, or why it left the set.
   */
  readonly result?: string;
  /**
   * Of one that failed again: the code of the fault.
   */
  readonly code?: string;
  /**
   * The run in which its record was sent.
   */
  readonly run?: number;
  /**
   * When it last turned.
   */
  readonly at?: string;
}
/**
 * The set as it is then.
 */
export interface BulkStopAnswer {
  readonly bulk: BulkAnswer;
}
/**
 * Whether connections work, and what is wrong where they do not.
 */
export interface CheckAnswer {
  /**
   * All of it works, as far as that can be proved without writing.
   */
  readonly ok: boolean;
  /**
   * The connections.
   */
  readonly connections: {
    /**
     * Its name.
     */
    readonly connection: string;
    /**
     * Its connector.
     */
    readonly connector: string;
    /**
     * All of it works.
     */
    readonly ok: boolean;
    /**
     * How long all of it took. Milliseconds.
     */
    readonly ms: number;
    /**
     * The limits that the connection states; those of its connector hold where it states none.
     */
    readonly limits: {};
    readonly trouble?: CheckTroubleAnswer;
    /**
     * Of a connection that no flow uses: what was proved.
     */
    readonly proved?: string;
    /**
     * What flows do with it.
     */
    readonly uses: readonly CheckedUseAnswer[];
  }[];
}
/**
 * Why something does not work.
 */
export interface CheckTroubleAnswer {
  /**
   * What is wrong, in a word: the address, the secret, a right, the path, what answers, what was asked, the configuration; or the system is busy or away.
   */
  readonly kind: 'host' | 'secret' | 'right' | 'path' | 'answer' | 'request' | 'settings' | 'busy' | 'away';
  /**
   * What that means, and where to look.
   */
  readonly means: string;
  /**
   * Code of the fault.
   */
  readonly code: string;
  /**
   * What happened.
   */
  readonly message: string;
  /**
   * How long the system has asked us to wait. Seconds.
   */
  readonly retryAfterSeconds?: number;
}
/**
 * What flows do with a resource, and whether it works.
 */
export interface CheckedUseAnswer {
  /**
   * Name of the resource.
   */
  readonly resource: string;
  /**
   * What flows do with it.
   */
  readonly does: 'read' | 'write';
  /**
   * These flows.
   */
  readonly flows: readonly string[];
  /**
   * As much as can be proved works.
   */
  readonly ok: boolean;
  /**
   * How long that took. Milliseconds.
   */
  readonly ms: number;
  /**
   * What was proved.
   */
  readonly proved?: string;
  readonly trouble?: CheckTroubleAnswer;
}
/**
 * A connection as it is configured, without secrets, and how it is.
 */
export interface ConnectionsShowAnswer {
  /**
   * Its name.
   */
  readonly connection: string;
  /**
   * Its connector.
   */
  readonly connector: string;
  readonly circuit?: AwayAnswer;
  readonly pause?: PauseInEffectAnswer;
  /**
   * What flows have met over it last that is not over yet.
   *
   * Items: What a flow has met.
   */
  readonly troubles: {
    /**
     * The flow.
     */
    readonly flow: string;
    readonly trouble: TroubleAnswer;
  }[];
  /**
   * The limits that it states; those of its connector hold where it states none.
   */
  readonly limits: {};
  /**
   * How much of `concurrency` is used now; absent where it states none, or nothing is under way.
   */
  readonly use?: {
    /**
     * Requests that processes may have under way, as they have shared them.
     */
    readonly slots: number;
    /**
     * Processes that would like to have more.
     */
    readonly waiting: number;
  };
  /**
   * What flows do over it.
   *
   * Items: What flows do with a resource.
   */
  readonly uses: {
    /**
     * The resource.
     */
    readonly resource: string;
    /**
     * What flows do with it.
     */
    readonly does: 'read' | 'write';
    /**
     * These flows.
     */
    readonly flows: readonly string[];
  }[];
  /**
   * Records that flows which write over it have staged or held.
   */
  readonly waiting: number;
  /**
   * As it is written, without what is secret.
   */
  readonly config: {};
}
/**
 * A connection that is away: what is written over it waits.
 */
export interface AwayAnswer {
  /**
   * Its name.
   */
  readonly connection: string;
  readonly fault: FaultAnswer;
  /**
   * Since when.
   */
  readonly since: string;
  /**
   * How often it was tried since.
   */
  readonly probes: number;
  /**
   * When it is tried next.
   */
  readonly probeAt: string;
}
/**
 * That somebody lets a flow, or all flows over a connection, stand still.
 */
export interface PauseInEffectAnswer {
  /**
   * What stands still: one flow, or all that read or write with the connection.
   */
  readonly kind: 'flow' | 'connection';
  /**
   * Its name.
   */
  readonly name: string;
  /**
   * Who paused it.
   */
  readonly by: string;
  /**
   * Why.
   */
  readonly reason: string;
  /**
   * Since when it stands still.
   */
  readonly since: string;
  /**
   * When it ends by itself; `null`: when somebody resumes it.
   */
  readonly until: string | null;
}
/**
 * A connection of a flow that does not work as it should.
 */
export interface TroubleAnswer {
  /**
   * Its name.
   */
  readonly connection: string;
  /**
   * At which end of the flow it is.
   */
  readonly side: 'source' | 'target';
  /**
   * `away` mends itself; `misconfigured` waits for a person.
   */
  readonly state: 'away' | 'misconfigured';
  readonly fault: FaultAnswer;
  /**
   * Since when.
   */
  readonly since?: string;
  /**
   * Of a target: when it is tried again.
   */
  readonly nextProbeAt?: string;
}
/**
 * Connections, and how they are.
 */
export interface ConnectionsAnswer {
  /**
   * The connections.
   */
  readonly connections: readonly ConnectionViewAnswer[];
}
/**
 * A connection, and how it is.
 */
export interface ConnectionViewAnswer {
  /**
   * Its name.
   */
  readonly connection: string;
  /**
   * Its connector.
   */
  readonly connector: string;
  readonly circuit?: AwayAnswer;
  readonly pause?: PauseInEffectAnswer;
  /**
   * What flows have met over it last that is not over yet.
   *
   * Items: What a flow has met.
   */
  readonly troubles: {
    /**
     * The flow.
     */
    readonly flow: string;
    readonly trouble: TroubleAnswer;
  }[];
  /**
   * The limits that it states; those of its connector hold where it states none.
   */
  readonly limits: {};
  /**
   * How much of `concurrency` is used now; absent where it states none, or nothing is under way.
   */
  readonly use?: {
    /**
     * Requests that processes may have under way, as they have shared them.
     */
    readonly slots: number;
    /**
     * Processes that would like to have more.
     */
    readonly waiting: number;
  };
  /**
   * What flows do over it.
   *
   * Items: What flows do with a resource.
   */
  readonly uses: {
    /**
     * The resource.
     */
    readonly resource: string;
    /**
     * What flows do with it.
     */
    readonly does: 'read' | 'write';
    /**
     * These flows.
     */
    readonly flows: readonly string[];
  }[];
  /**
   * Records that flows which write over it have staged or held.
   */
  readonly waiting: number;
}
/**
 * Drifts that are closed by it.
 */
export interface DriftsAcceptAnswer {
  /**
   * Their numbers, those of other flows that were the same change among them.
   */
  readonly accepted: readonly number[];
}
/**
 * Drifts that are closed by it.
 */
export interface DriftsResolveAnswer {
  /**
   * Their numbers, those of other flows that were the same change among them.
   */
  readonly resolved: readonly number[];
}
/**
 * Fields of live records that are not as before.
 */
export interface DriftsAnswer {
  /**
   * The drifts.
   */
  readonly drifts: readonly DriftAnswer[];
  /**
   * Where the list goes on.
   */
  readonly next?: string;
}
/**
 * A field of live records that is not as before.
 */
export interface DriftAnswer {
  /**
   * Its number.
   */
  readonly id: number;
  /**
   * The flow that has met it.
   */
  readonly flow: string;
  /**
   * At which end.
   */
  readonly side: 'source' | 'target';
  /**
   * The connection.
   */
  readonly connection: string;
  /**
   * The resource.
   */
  readonly resource: string;
  /**
   * The entity whose schema is not met; empty: the records of the system are meant.
   */
  readonly entity: string;
  /**
   * The field.
   */
  readonly path: string;
  /**
   * What is not as before.
   */
  readonly kind: 'new' | 'missing' | 'retyped' | 'unfit' | 'refused';
  /**
   * What was expected.
   */
  readonly expected: string;
  /**
   * What came.
   */
  readonly got: string;
  /**
   * What came, masked.
   */
  readonly sample?: string;
  /**
   * How many records had it, each attempt counted.
   */
  readonly count: number;
  /**
   * The run that met it last.
   */
  readonly run: number;
  /**
   * When it was met first.
   */
  readonly firstAt: string;
  /**
   * When it was met last.
   */
  readonly lastAt: string;
  /**
   * What was decided.
   */
  readonly state: 'open' | 'accepted' | 'resolved';
  /**
   * When it was closed.
   */
  readonly closedAt?: string;
  /**
   * What people have decided about it.
   */
  readonly audit?: readonly EntryAnswer[];
}
/**
 * What there is of a person, and would be erased. Nothing was changed.
 */
export interface ErasePlanAnswer {
  /**
   * By what else the person is known: keys and ids of his records.
   *
   * Items: A value.
   */
  readonly aliases: {
    /**
     * The value.
     */
    readonly text: string;
    /**
     * Where it was found.
     */
    readonly from: string;
    /**
     * It is so short that other records say it by chance: only the record itself is meant by it.
     */
    readonly isWeak: boolean;
  }[];
  /**
   * Flows that have records about the person.
   *
   * Items: Of a flow.
   */
  readonly flows: {
    /**
     * The flow.
     */
    readonly flow: string;
    /**
     * How many records, each with all of its states.
     */
    readonly records: number;
  }[];
  /**
   * How much of the person there is, by where it lies.
   */
  readonly would: {
    /**
     * Steps of records in history.
     */
    readonly history: number;
    /**
     * Records that were staged, and had not been worked. They count as filtered in their runs.
     */
    readonly staged: number;
    /**
     * Records that waited for another attempt, or for a reference. They count as filtered as well.
     */
    readonly held: number;
    /**
     * Errors of which nothing is left but id, flow, code and times. Open ones are discarded.
     */
    readonly errors: number;
    /**
     * Errors of other records in whose words the person was named.
     */
    readonly errorTexts: number;
    /**
     * What people had decided about records, with the records.
     */
    readonly decisions: number;
    /**
     * What people had made of records, to be sent by a set of errors.
     */
    readonly patches: number;
    /**
     * Keys and ids under which the person was known at a target.
     */
    readonly ids: number;
    /**
     * Rows of other tables, by table: reasons, faults, tags, samples.
     */
    readonly texts: {
      readonly [k: string]: number;
    };
    /**
     * Entries of the audit log.
     */
    readonly audit: number;
  };
  /**
   * Earlier erasures of one of the values, the newest first.
   *
   * Items: An erasure.
   */
  readonly before: {
    /**
     * When.
     */
    readonly at: string;
    /**
     * By whom.
     */
    readonly by: string | null;
  }[];
  /**
   * What is not erased from here, and why.
   *
   * Items: Something that says the person still, or may.
   */
  readonly left: {
    /**
     * What it is.
     */
    readonly what: string;
    /**
     * How many rows, where that is known.
     */
    readonly count?: number;
    /**
     * Why it is not erased, or what ends it.
     */
    readonly why: string;
  }[];
}
/**
 * What was erased of a person, what is still open, and what nobody reaches from here.
 */
export interface EraseAnswer {
  /**
   * By what else the person is known: keys and ids of his records.
   *
   * Items: A value.
   */
  readonly aliases: {
    /**
     * The value.
     */
    readonly text: string;
    /**
     * Where it was found.
     */
    readonly from: string;
    /**
     * It is so short that other records say it by chance: only the record itself is meant by it.
     */
    readonly isWeak: boolean;
  }[];
  /**
   * Flows that have records about the person.
   *
   * Items: Of a flow.
   */
  readonly flows: {
    /**
     * The flow.
     */
    readonly flow: string;
    /**
     * How many records, each with all of its states.
     */
    readonly records: number;
  }[];
  /**
   * How much of the person there is, by where it lies.
   */
  readonly erased: {
    /**
     * Steps of records in history.
     */
    readonly history: number;
    /**
     * Records that were staged, and had not been worked. They count as filtered in their runs.
     */
    readonly staged: number;
    /**
     * Records that waited for another attempt, or for a reference. They count as filtered as well.
     */
    readonly held: number;
    /**
     * Errors of which nothing is left but id, flow, code and times. Open ones are discarded.
     */
    readonly errors: number;
    /**
     * Errors of other records in whose words the person was named.
     */
    readonly errorTexts: number;
    /**
     * What people had decided about records, with the records.
     */
    readonly decisions: number;
    /**
     * What people had made of records, to be sent by a set of errors.
     */
    readonly patches: number;
    /**
     * Keys and ids under which the person was known at a target.
     */
    readonly ids: number;
    /**
     * Rows of other tables, by table: reasons, faults, tags, samples.
     */
    readonly texts: {
      readonly [k: string]: number;
    };
    /**
     * Entries of the audit log.
     */
    readonly audit: number;
  };
  /**
   * Not reached yet: erase again. Empty where all is done.
   *
   * Items: Something that says the person still, or may.
   */
  readonly open: {
    /**
     * What it is.
     */
    readonly what: string;
    /**
     * How many rows, where that is known.
     */
    readonly count?: number;
    /**
     * Why it is not erased, or what ends it.
     */
    readonly why: string;
  }[];
  /**
   * What is not erased from here, and why.
   *
   * Items: Something that says the person still, or may.
   */
  readonly left: {
    /**
     * What it is.
     */
    readonly what: string;
    /**
     * How many rows, where that is known.
     */
    readonly count?: number;
    /**
     * Why it is not erased, or what ends it.
     */
    readonly why: string;
  }[];
  /**
   * Of encrypted payloads: data keys that were destroyed, so that nobody opens what lies in dead rows and logs.
   */
  readonly keys?: {
    /**
     * How many.
     */
    readonly destroyed: number;
    /**
     * Rows that were sealed anew before.
     */
    readonly rows: number;
  };
}
/**
 * What the flow would make of the record of one error, edited: no system was asked, and nothing was kept.
 */
export interface ErrorPreviewAnswer {
  /**
   * The error.
   */
  readonly error: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * The key that its record would have.
   */
  readonly key?: string;
  /**
   * How far it would get: `through` to the target, which was not asked; `unread`: it is no record still; `left out`: the patch does not mean it.
   */
  readonly outcome: 'through' | 'filtered' | 'blocked' | 'failed' | 'unread' | 'left out';
  /**
   * What the patch changes.
   */
  readonly changes: readonly ChangeAnswer[];
  /**
   * The record as it would go down the line.
   */
  readonly input?: unknown;
  /**
   * What the expressions of the flow would see: its canonical form, where the flow has one.
   */
  readonly record?: unknown;
  /**
   * What the mapping would make of it.
   */
  readonly entity?: unknown;
  /**
   * What the target would be given.
   */
  readonly payload?: unknown;
  /**
   * Why it would fail.
   */
  readonly fault?: {
    /**
     * The code of the fault.
     */
    readonly code: string;
    /**
     * What happened, in technical words; private values are masked.
     */
    readonly message: string;
    /**
     * Where on the line.
     */
    readonly stage: string;
    /**
     * The place in a file of the workspace.
     */
    readonly at?: string;
  };
  readonly explanation?: ExplanationAnswer;
  /**
   * Why it would not be sent.
   */
  readonly reason?: string;
  /**
   * What does not fit a schema.
   *
   * Items: Something that does not fit.
   */
  readonly findings: {
    /**
     * Where; empty for all of it.
     */
    readonly path: string;
    /**
     * What was expected.
     */
    readonly message: string;
  }[];
  /**
   * References that the target does not have yet.
   *
   * Items: A reference.
   */
  readonly missing?: {
    /**
     * What it is to.
     */
    readonly entity: string;
    /**
     * Its key.
     */
    readonly key: string;
  }[];
  /**
   * What is worth telling of the patch.
   *
   * Items: A note.
   */
  readonly notes: readonly string[];
}
/**
 * What a patch has changed. What was not there, or is not there any more, is absent.
 */
export interface ChangeAnswer {
  /**
   * Path of the member.
   */
  readonly path: string;
  /**
   * What was there before.
   */
  readonly before?: unknown;
  /**
   * What is there now.
   */
  readonly after?: unknown;
}
/**
 * What a clerk is told of an error.
 */
export interface ExplanationAnswer {
  /**
   * What is wrong, in a sentence.
   */
  readonly sentence: string;
  /**
   * What helps.
   */
  readonly next: string;
  /**
   * The command for it, where there is one.
   */
  readonly command?: string;
}
/**
 * One cause, and what has become of its errors.
 */
export interface ErrorsCauseAnswer {
  /**
   * Its id: `tradelane errors cause C12`.
   */
  readonly cause: number;
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The code of its errors.
   */
  readonly code: string;
  /**
   * Where on the line they failed.
   */
  readonly stage: 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';
  /**
   * The path in the record, without the indexes of lists.
   */
  readonly path?: string;
  /**
   * File and line of the workspace.
   */
  readonly at?: string;
  /**
   * The message, with a gap for each value.
   */
  readonly message: string;
  readonly explanation: ExplanationAnswer;
  /**
   * The commonest values of the gaps. In a list, of some of the errors.
   */
  readonly values: readonly GapValueAnswer[];
  readonly trend: CauseTrendAnswer;
  /**
   * When it was met first.
   */
  readonly firstAt: string;
  /**
   * Who sees to it.
   */
  readonly assignee?: string;
  /**
   * By what names it is found.
   */
  readonly tags?: readonly string[];
  /**
   * Until when it needs nobody.
   */
  readonly mutedUntil?: string;
  /**
   * Who has said so.
   */
  readonly mutedBy?: string;
  /**
   * How its errors stand.
   */
  readonly states: {
    /**
     * How many are open.
     */
    readonly open: number;
    /**
     * How many are replaying.
     */
    readonly replaying: number;
    /**
     * How many are resolved.
     */
    readonly resolved: number;
    /**
     * How many are discarded.
     */
    readonly discarded: number;
  };
  /**
   * Of the cause: open as long as one of its errors is.
   */
  readonly state: 'open' | 'replaying' | 'resolved' | 'discarded';
  /**
   * Some of its errors, open ones first.
   */
  readonly errors: readonly CauseErrorAnswer[];
  /**
   * What people have noted of it: who sees to it, tags, comments, the earliest first.
   */
  readonly audit?: readonly EntryAnswer[];
}
/**
 * A value that stands in a gap of the message.
 */
export interface GapValueAnswer {
  /**
   * The value.
   */
  readonly value: string;
  /**
   * In how many of the open errors that were looked at.
   */
  readonly count: number;
}
/**
 * The open errors of a cause, and where they are going.
 */
export interface CauseTrendAnswer {
  /**
   * How many are open.
   */
  readonly open: number;
  readonly lastHour: ErrorChangeAnswer;
  readonly lastDay: ErrorChangeAnswer;
  readonly last7Days: ErrorChangeAnswer;
}
/**
 * How many errors have come and gone in a time that ends now.
 */
export interface ErrorChangeAnswer {
  /**
   * Failed for the first time in it, whatever has become of them.
   */
  readonly new: number;
  /**
   * Resolved or discarded in it, and not open again.
   */
  readonly gone: number;
}
/**
 * One of the errors of a cause.
 */
export interface CauseErrorAnswer {
  /**
   * Its id.
   */
  readonly id: number;
  /**
   * The key of its record.
   */
  readonly key?: string;
  /**
   * What was said.
   */
  readonly message: string;
  /**
   * Of `errors cause`: what has become of it.
   */
  readonly state?: 'open' | 'replaying' | 'resolved' | 'discarded';
}
/**
 * Causes of errors, those with the most first.
 */
export interface ErrorsCausesAnswer {
  /**
   * Those that have errors that fit.
   *
   * Items: A cause.
   */
  readonly causes: {
    /**
     * Its id: `tradelane errors cause C12`.
     */
    readonly cause: number;
    /**
     * The flow.
     */
    readonly flow: string;
    /**
     * The code of its errors.
     */
    readonly code: string;
    /**
     * Where on the line they failed.
     */
    readonly stage: 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';
    /**
     * The path in the record, without the indexes of lists.
     */
    readonly path?: string;
    /**
     * File and line of the workspace.
     */
    readonly at?: string;
    /**
     * The message, with a gap for each value.
     */
    readonly message: string;
    readonly explanation: ExplanationAnswer;
    /**
     * The commonest values of the gaps. In a list, of some of the errors.
     */
    readonly values: readonly GapValueAnswer[];
    readonly trend: CauseTrendAnswer;
    /**
     * When it was met first.
     */
    readonly firstAt: string;
    /**
     * Who sees to it.
     */
    readonly assignee?: string;
    /**
     * By what names it is found.
     */
    readonly tags?: readonly string[];
    /**
     * Until when it needs nobody.
     */
    readonly mutedUntil?: string;
    /**
     * Who has said so.
     */
    readonly mutedBy?: string;
    /**
     * How many of its errors fit what was asked for.
     */
    readonly count: number;
    /**
     * Since when the oldest of them is.
     */
    readonly oldest: string;
    /**
     * When the newest of them failed last.
     */
    readonly newest: string;
    readonly example: CauseErrorAnswer;
  }[];
  /**
   * Where none fits: how many errors are open in all.
   */
  readonly open?: number;
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
  /**
   * What is worth telling of the filter, though it can be meant.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
}
/**
 * Errors, in the order in which they came.
 */
export interface ErrorsListAnswer {
  /**
   * Those that fit.
   */
  readonly errors: readonly ErrorAnswer[];
  /**
   * Where none fits: how many errors are open in all.
   */
  readonly open?: number;
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
  /**
   * What is worth telling of the filter, though it can be meant.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
}
/**
 * A record that failed for good, kept whole until somebody settles it.
 */
export interface ErrorAnswer {
  /**
   * Its id: `tradelane errors show 17`.
   */
  readonly id: number;
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The run in which it failed first.
   */
  readonly runId: number;
  /**
   * The key of the record; absent where it has none.
   */
  readonly key?: string;
  /**
   * Where on the line it failed.
   */
  readonly stage: 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';
  /**
   * The code of the fault, or one that the flow gives itself.
   */
  readonly code: string;
  /**
   * What happened, in technical words; private values are masked.
   */
  readonly message: string;
  /**
   * The place in a file of the workspace.
   */
  readonly at?: string;
  readonly about?: SubjectAnswer;
  readonly answer?: AnswerAnswer;
  /**
   * How often it was tried.
   */
  readonly attempts: number;
  /**
   * What has become of it.
   */
  readonly state: 'open' | 'replaying' | 'resolved' | 'discarded';
  /**
   * Why it is settled.
   */
  readonly reason?: string;
  /**
   * Who settled it, or had it replayed; absent: nobody, a newer version got through.
   */
  readonly settledBy?: string;
  /**
   * The run in which its record got through.
   */
  readonly settledRun?: number;
  /**
   * When it failed first.
   */
  readonly createdAt: string;
  /**
   * When something of it changed last.
   */
  readonly updatedAt: string;
  readonly explanation: ExplanationAnswer;
  /**
   * What people decided about its record, the earliest first.
   */
  readonly decisions?: readonly DecisionAnswer[];
  /**
   * Of `errors show`: the record as the source gave it, where a person has patched it since.
   */
  readonly original?: unknown;
  /**
   * Of `errors show`: what the target would not take; absent if it failed before there was anything to send.
   */
  readonly sent?: unknown;
  /**
   * Of `errors show`: the record as it was read or as a person has patched it, or the text of what could not be read.
   */
  readonly record?: unknown;
  /**
   * Of `errors show`: what people have done about it, the earliest first.
   */
  readonly audit?: readonly EntryAnswer[];
  /**
   * Of `errors show`: some of the other errors that fit what was asked for.
   */
  readonly others?: readonly OtherErrorAnswer[];
  /**
   * Its cause: `tradelane errors cause C12`.
   */
  readonly cause?: number;
  /**
   * Who sees to it.
   */
  readonly assignee?: string;
  /**
   * By what names it is found.
   */
  readonly tags?: readonly string[];
  /**
   * Until when it needs nobody.
   */
  readonly mutedUntil?: string;
  /**
   * Since when nothing is left of its record: it was erased at the wish of the person that it was about.
   */
  readonly erasedAt?: string;
  /**
   * Of the API: how many others fit in all.
   */
  readonly othersCount?: number;
}
/**
 * What of a record an error is about.
 */
export interface SubjectAnswer {
  /**
   * Path of the value in the record, the entity or the payload; the first, where there are more.
   */
  readonly path?: string;
  /**
   * The lookup table that has no row for it.
   */
  readonly table?: string;
  /**
   * What was looked up there.
   */
  readonly value?: string;
}
/**
 * What the target answered, cut to size.
 */
export interface AnswerAnswer {
  /**
   * The status of HTTP.
   */
  readonly status?: number;
  /**
   * The system's own code.
   */
  readonly code?: string;
  /**
   * The system's own words.
   */
  readonly message?: string;
}
/**
 * What a person decided about one version of a record.
 */
export interface DecisionAnswer {
  /**
   * What was decided.
   */
  readonly kind: 'patched' | 'discarded' | 'resolved';
  /**
   * The version that it is about, where records have one.
   */
  readonly version?: string;
  /**
   * Who decided it.
   */
  readonly by: string;
  /**
   * Why.
   */
  readonly reason?: string;
  /**
   * When.
   */
  readonly at: string;
  /**
   * Since when the source has had another version; absent: the decision stands.
   */
  readonly overriddenAt?: string;
  /**
   * The run that read that version.
   */
  readonly overriddenRun?: number;
  /**
   * What a patch has changed.
   */
  readonly changes?: readonly ChangeAnswer[];
}
/**
 * Another error that was found as well.
 */
export interface OtherErrorAnswer {
  /**
   * Its id.
   */
  readonly id: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * The key of its record.
   */
  readonly key?: string;
  /**
   * What has become of it.
   */
  readonly state: 'open' | 'replaying' | 'resolved' | 'discarded';
}
/**
 * What was noted, and of what.
 */
export interface ErrorsNotedAnswer {
  /**
   * What was done.
   */
  readonly noted: 'assign' | 'tag' | 'comment' | 'mute' | 'unmute';
  /**
   * Ids of causes.
   */
  readonly causes: readonly number[];
  /**
   * Ids of errors.
   */
  readonly errors: readonly number[];
}
/**
 * Which errors would be settled, or opened again.
 */
export interface ErrorsSettlePlanAnswer {
  /**
   * What would be done.
   */
  readonly would: 'resolve' | 'discard' | 'reopen';
  /**
   * Which errors it would reach.
   */
  readonly errors: readonly number[];
  /**
   * The same errors by cause.
   *
   * Items: Errors of one cause.
   */
  readonly groups: {
    /**
     * Their flow.
     */
    readonly flow: string;
    /**
     * The code of the fault.
     */
    readonly code: string;
    /**
     * Where on the line they failed.
     */
    readonly stage: string;
    /**
     * How many.
     */
    readonly count: number;
    /**
     * As one of them says it.
     */
    readonly message: string;
    /**
     * The key of one of them.
     */
    readonly key?: string;
    /**
     * When one of them changed last.
     */
    readonly newest: string;
  }[];
  /**
   * What is worth telling of what was asked for, though it can be meant.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
  /**
   * Where none fits: how many errors are open in all.
   */
  readonly open?: number;
}
/**
 * Which errors were settled, or opened again: one of the three lists.
 */
export interface ErrorsSettledAnswer {
  /**
   * Those that are resolved.
   */
  readonly resolved?: readonly number[];
  /**
   * Those that are discarded.
   */
  readonly discarded?: readonly number[];
  /**
   * Those that are open again.
   */
  readonly reopened?: readonly number[];
  /**
   * What is worth telling of what was asked for, though it can be meant.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
}
/**
 * Something that has changed, as `GET /api/v1/events` tells it.
 */
export interface EventAnswer {
  /**
   * What. `ready`: nothing after this is missed; `missed`: what came before is not known any more, look at everything anew.
   */
  readonly event: 'ready' | 'missed' | 'run' | 'errors' | 'bulk' | 'flow' | 'pause';
  readonly run?: RunAnswer;
  /**
   * Of `errors` and `flow`: the flow.
   */
  readonly flow?: string;
  /**
   * Of `errors`: how many are open.
   */
  readonly open?: number;
  readonly bulk?: BulkAnswer;
  /**
   * Of `flow`: its files have changed and are in effect, or it is not there any more.
   */
  readonly change?: 'taken' | 'gone';
  readonly pause?: PauseInEffectAnswer;
  /**
   * Of `pause`: it does not any more.
   */
  readonly isOver?: boolean;
}
/**
 * A run.
 */
export interface RunAnswer {
  /**
   * Its id: `tradelane runs show 12`.
   */
  readonly run: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * How it stands.
   */
  readonly status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';
  readonly counts: CountsAnswer;
  /**
   * Of those unchanged: records whose errors were open before.
   */
  readonly stillOpen?: number;
  /**
   * How long it took, or has taken until now. Milliseconds.
   */
  readonly durationMs: number;
  readonly fault?: FaultAnswer;
  /**
   * What asked for it.
   */
  readonly trigger: 'manual' | 'schedule' | 'replay';
  /**
   * When it began, or was asked for.
   */
  readonly startedAt: string;
}
/**
 * What became of the records of a run: `read` is the sum of all others.
 */
export interface CountsAnswer {
  /**
   * Records that were read.
   */
  readonly read: number;
  /**
   * Records that were delivered.
   */
  readonly delivered: number;
  /**
   * Records that were unchanged.
   */
  readonly unchanged: number;
  /**
   * Records that were filtered.
   */
  readonly filtered: number;
  /**
   * Records that were superseded.
   */
  readonly superseded: number;
  /**
   * Records that wait for others.
   */
  readonly blocked: number;
  /**
   * Records that failed: errors.
   */
  readonly failed: number;
  /**
   * Records that nothing has become of yet.
   */
  readonly pending: number;
}
/**
 * What is wrong with the files, as the server has taken them.
 */
export interface FindingsAnswer {
  /**
   * There is no error among them.
   */
  readonly ok: boolean;
  /**
   * The findings, by file and place.
   */
  readonly findings: readonly WorkspaceFindingAnswer[];
}
/**
 * What is wrong with a file.
 */
export interface WorkspaceFindingAnswer {
  /**
   * The file.
   */
  readonly file: string;
  /**
   * Its line, from 1.
   */
  readonly line: number;
  /**
   * Its column, from 1.
   */
  readonly column: number;
  /**
   * Code of the finding.
   */
  readonly code: string;
  /**
   * With an error, what it is about does not run.
   */
  readonly severity: 'error' | 'warning';
  /**
   * What is wrong.
   */
  readonly message: string;
  /**
   * What helps.
   */
  readonly hint?: string;
}
/**
 * The steps of a flow, and what has gone through them.
 */
export interface FlowsPictureAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Records that were read since then are counted.
   */
  readonly since: string;
  /**
   * In so many runs.
   */
  readonly runs: number;
  /**
   * What became of them.
   */
  readonly counts: {
    /**
     * Records: read.
     */
    readonly read: number;
    /**
     * Records: delivered.
     */
    readonly delivered: number;
    /**
     * Records: unchanged.
     */
    readonly unchanged: number;
    /**
     * Records: filtered.
     */
    readonly filtered: number;
    /**
     * Records: superseded.
     */
    readonly superseded: number;
    /**
     * Records: blocked.
     */
    readonly blocked: number;
    /**
     * Records: failed.
     */
    readonly failed: number;
  };
  /**
   * The steps, in their order.
   *
   * Items: A step.
   */
  readonly nodes: {
    /**
     * Which step it is.
     */
    readonly id: 'source' | 'filter' | 'map' | 'target';
    /**
     * A connection and its resource, or what the file says of the step.
     */
    readonly title: string;
    /**
     * Open errors of records that failed there.
     */
    readonly errors: number;
  }[];
  /**
   * What has gone from one step to the next.
   *
   * Items: What has gone from one step to the next.
   */
  readonly edges: {
    /**
     * From this step.
     */
    readonly from: 'source' | 'filter' | 'map' | 'target';
    /**
     * To that one.
     */
    readonly to: 'source' | 'filter' | 'map' | 'target';
    /**
     * Records that have gone this way.
     */
    readonly records: number;
  }[];
}
/**
 * A flow with its files, and what is wrong with them.
 */
export interface FlowsShowAnswer {
  /**
   * Its name.
   */
  readonly flow: string;
  /**
   * What it is for.
   */
  readonly summary?: string;
  readonly source?: FlowEndAnswer;
  readonly target?: FlowEndAnswer;
  readonly schedule?: ScheduleViewAnswer;
  readonly status: FlowStatusAnswer;
  /**
   * Where its file is; absent: it is not in the workspace any more.
   */
  readonly file?: string;
  /**
   * What it is made of.
   */
  readonly files: readonly ShownFileAnswer[];
  /**
   * What is wrong with them.
   */
  readonly findings: readonly WorkspaceFindingAnswer[];
}
/**
 * What a flow reads, or writes.
 */
export interface FlowEndAnswer {
  /**
   * The connection.
   */
  readonly connection?: string;
  /**
   * The resource.
   */
  readonly resource?: string;
  /**
   * The entity that it speaks.
   */
  readonly as?: string;
  /**
   * How records are written.
   */
  readonly write?: string;
}
/**
 * When a flow runs by itself.
 */
export interface ScheduleViewAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The expression.
   */
  readonly cron: string;
  /**
   * What it says, in words.
   */
  readonly words: string;
  /**
   * The time zone it is meant in.
   */
  readonly timezone: string;
  /**
   * The next five times, with the offset of the zone at each.
   */
  readonly next: readonly string[];
}
/**
 * How a flow stands.
 */
export interface FlowStatusAnswer {
  /**
   * Its name.
   */
  readonly flow: string;
  /**
   * `broken`: its files have mistakes, and it does not run. `gone`: it is not in the workspace any more.
   */
  readonly files: 'fine' | 'broken' | 'gone' | 'unknown';
  readonly lastRun?: RunAnswer;
  /**
   * Nobody reads that run any more, or yet.
   */
  readonly isLost: boolean;
  /**
   * What lets it stand still: its own pause, and those of its connections.
   */
  readonly pauses: readonly PauseInEffectAnswer[];
  /**
   * When a run last read all that was new, to the end.
   */
  readonly caughtUpAt?: string;
  /**
   * How long ago that was. Seconds.
   */
  readonly lagSeconds?: number;
  readonly lastSuccess?: SuccessAnswer;
  /**
   * Since when its runs fail for the reason that the last one did.
   */
  readonly failingSince?: string;
  readonly schedule?: ScheduleAnswer;
  /**
   * When it runs next.
   */
  readonly nextTick?: string;
  /**
   * When it should have run, and did not.
   */
  readonly missedTick?: string;
  readonly behind?: ScheduleLagAnswer;
  readonly errors: OpenErrorsAnswer;
  readonly waiting: WaitingAnswer;
  /**
   * Runs that wait for approval.
   */
  readonly held: readonly number[];
  readonly decision?: ApprovalDecisionAnswer;
  /**
   * Its connections that do not work as they should.
   */
  readonly troubles: readonly TroubleAnswer[];
  /**
   * What a person has to see to.
   */
  readonly needs: readonly NeedAnswer[];
}
/**
 * A run that got through with every record.
 */
export interface SuccessAnswer {
  /**
   * Its number.
   */
  readonly run: number;
  /**
   * When it ended.
   */
  readonly at: string;
}
/**
 * When flows run by themselves in the hours to come.
 */
export interface ScheduleAnswer {
  /**
   * From now on.
   */
  readonly from: string;
  /**
   * To then.
   */
  readonly to: string;
  /**
   * The schedules.
   */
  readonly schedules: readonly ScheduleViewAnswer[];
  /**
   * All of these times, in their order.
   *
   * Items: A time at which a flow runs.
   */
  readonly ticks: {
    /**
     * When.
     */
    readonly at: string;
    /**
     * Which flow.
     */
    readonly flow: string;
    /**
     * The same in the zone of its schedule.
     */
    readonly local: string;
    /**
     * A pause lasts until then: it will be skipped.
     */
    readonly isPaused?: true;
  }[];
  /**
   * There are more than are told.
   */
  readonly isCut: boolean;
}
/**
 * What was new at a tick is not read yet.
 */
export interface ScheduleLagAnswer {
  /**
   * The first tick that has not brought what it should have.
   */
  readonly tick: string;
  /**
   * How long ago that was. Seconds.
   */
  readonly seconds: number;
}
/**
 * Errors of a flow that are open.
 */
export interface OpenErrorsAnswer {
  /**
   * How many.
   */
  readonly open: number;
  /**
   * Of those: how many nobody has to see to for now.
   */
  readonly muted: number;
  /**
   * Since when the oldest is.
   */
  readonly oldest?: string;
  readonly lastHour: ErrorChangeAnswer;
  readonly lastDay: ErrorChangeAnswer;
  readonly last7Days: ErrorChangeAnswer;
}
/**
 * Records of a flow that wait.
 */
export interface WaitingAnswer {
  /**
   * How many.
   */
  readonly records: number;
  /**
   * Since when the oldest does.
   */
  readonly oldest?: string;
}
/**
 * Who let a held run go on, or stopped it.
 */
export interface ApprovalDecisionAnswer {
  /**
   * The run.
   */
  readonly run: number;
  /**
   * What was decided.
   */
  readonly deed: 'approve' | 'reject';
  /**
   * Who; `null`: nobody has said so.
   */
  readonly by: string | null;
  /**
   * When.
   */
  readonly at: string;
  /**
   * Why, where somebody said so.
   */
  readonly reason: string | null;
}
/**
 * Something that does not come right without a person.
 */
export interface NeedAnswer {
  /**
   * What sort of thing.
   */
  readonly kind: 'files' | 'late' | 'failed' | 'connection' | 'held' | 'errors';
  /**
   * What it is.
   */
  readonly message: string;
  /**
   * What to type next.
   */
  readonly command: string;
}
/**
 * A file that a flow is made of.
 */
export interface ShownFileAnswer {
  /**
   * Its path, from the workspace folder.
   */
  readonly path: string;
  /**
   * Its text; absent: it is shared by all flows.
   */
  readonly text?: string;
}
/**
 * The files of a flow as they were.
 */
export interface FlowsVersionAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The version.
   */
  readonly hash: string;
  /**
   * Its files.
   */
  readonly files: readonly ShownFileAnswer[];
}
/**
 * How a flow was, and when it was run like that.
 */
export interface FlowsVersionsAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The one that was used last first; 200 at most.
   *
   * Items: A version of a flow.
   */
  readonly versions: {
    /**
     * SHA-256 over its files.
     */
    readonly hash: string;
    /**
     * So many runs were made with it.
     */
    readonly runs: number;
    /**
     * The first one.
     */
    readonly firstUsedAt?: string;
    /**
     * The last one.
     */
    readonly lastUsedAt?: string;
  }[];
}
/**
 * All flows at a glance.
 */
export interface FlowsAnswer {
  /**
   * The flows, by name.
   */
  readonly flows: readonly FlowGlanceAnswer[];
}
/**
 * A flow at a glance.
 */
export interface FlowGlanceAnswer {
  /**
   * Its name.
   */
  readonly flow: string;
  /**
   * What it is for.
   */
  readonly summary?: string;
  readonly source?: FlowEndAnswer;
  readonly target?: FlowEndAnswer;
  readonly schedule?: ScheduleViewAnswer;
  readonly status: FlowStatusAnswer;
}
/**
 * One thing that has to be in order.
 */
export interface HealthHealthCheckAnswer {
  /**
   * What was looked at.
   */
  readonly name: 'process' | 'event loop' | 'database' | 'tables' | 'queue' | 'worker' | 'scheduler';
  /**
   * Is it in order?
   */
  readonly ok: boolean;
  /**
   * How long it took to find out, in milliseconds.
   */
  readonly ms: number;
  /**
   * A sentence for anybody.
   */
  readonly message: string;
  /**
   * Why, in the words of whoever said it.
   */
  readonly reason?: string;
  /**
   * Those that it is about.
   */
  readonly processes?: readonly HealthLiveProcessAnswer[];
}
/**
 * A process of an engine that has given a sign of life lately.
 */
export interface HealthLiveProcessAnswer {
  /**
   * Its name, as in leases.
   */
  readonly id: string;
  /**
   * What it does.
   */
  readonly roles: readonly string[];
  /**
   * Of Tradelane.
   */
  readonly version: string;
  /**
   * Its machine.
   */
  readonly host: string;
  /**
   * Its number there.
   */
  readonly pid: number;
  /**
   * When it began.
   */
  readonly startedAt: string;
  /**
   * When it gave its last sign of life.
   */
  readonly seenAt: string;
  /**
   * How long ago that was.
   */
  readonly silentSeconds: number;
}
/**
 * How a process is: `/healthz` and `/readyz`. `reason` and `processes` only for those who may look at all flows and ask for them with `?details=true`.
 */
export interface HealthAnswer {
  /**
   * Is every check in order?
   */
  readonly ok: boolean;
  /**
   * When it was looked.
   */
  readonly at: string;
  /**
   * What was looked at.
   */
  readonly checks: readonly HealthHealthCheckAnswer[];
}
/**
 * Where records are: a resource of a connection.
 */
export interface JourneyEndAnswer {
  /**
   * The connection.
   */
  readonly connection: string;
  /**
   * The resource.
   */
  readonly resource: string;
}
/**
 * A record on its way through one flow.
 */
export interface JourneyRecordAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Its business key there.
   */
  readonly key: string;
  readonly source?: JourneyEndAnswer;
  readonly target?: JourneyEndAnswer;
  /**
   * What happened, in this order.
   */
  readonly steps: readonly JourneyStepAnswer[];
  /**
   * Older steps are not shown.
   */
  readonly cutAt?: string;
  /**
   * What has not come to its end.
   *
   * Items: A state of it that has not come to its end.
   */
  readonly waits: {
    /**
     * The run.
     */
    readonly run: number;
    /**
     * How its run stands; `held`: it waits for a person.
     */
    readonly runStatus: 'queued' | 'running' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';
    /**
     * Since when.
     */
    readonly since: string;
    /**
     * `held`: for another attempt. `blocked`: for what it refers to. `queued`: behind an earlier state. `staged`: for its turn.
     */
    readonly as: 'held' | 'blocked' | 'queued' | 'staged';
    /**
     * Attempts that have failed.
     */
    readonly attempts: number;
    /**
     * When it is due.
     */
    readonly dueAt?: string;
    readonly fault?: FaultAnswer;
    /**
     * What it waits for.
     *
     * Items: What a record refers to, and the target has to know first.
     */
    readonly missing?: {
      /**
       * What it is.
       */
      readonly entity: string;
      /**
       * Its key at the source.
       */
      readonly key: string;
    }[];
  }[];
  /**
   * What is known of it at the target, whatever history keeps.
   */
  readonly known?: {
    /**
     * Since when it is known like this.
     */
    readonly since: string;
    /**
     * The run that said so; absent: a person.
     */
    readonly run?: number;
    /**
     * What the target knows it by.
     */
    readonly targetId?: string;
    /**
     * Has it been delivered?
     */
    readonly isDelivered: boolean;
    /**
     * The version that was delivered.
     */
    readonly version?: string;
  };
  /**
   * Its errors that are open.
   */
  readonly openErrors: readonly number[];
}
/**
 * Another record that may be meant.
 */
export interface JourneyCandidateAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Its business key.
   */
  readonly key: string;
  /**
   * What the text is: its key, its id at the target, one of its values, or a text in what could not be read and has no key.
   */
  readonly match: 'key' | 'id' | 'mention' | 'unread';
  /**
   * Its newest step.
   */
  readonly at: string;
}
/**
 * Where a record is, and all that happened to it.
 */
export interface JourneyAnswer {
  /**
   * What was looked for.
   */
  readonly text: string;
  /**
   * One thing on its way through all flows; absent where nothing is found, or it is to be chosen.
   */
  readonly journey?: {
    /**
     * Of each flow that had to do with it.
     */
    readonly records: readonly JourneyRecordAnswer[];
    /**
     * More records belong to it than are shown.
     */
    readonly isCut: boolean;
    /**
     * An error of it is open.
     */
    readonly isOpen: boolean;
  };
  /**
   * What else the text may mean: named by it first, then the newest.
   */
  readonly candidates: readonly JourneyCandidateAnswer[];
  /**
   * What history could tell.
   */
  readonly history: {
    /**
     * The oldest step that is kept of anything; `null`: nothing is.
     */
    readonly since: string | null;
    /**
     * What is older was not looked at.
     */
    readonly cutAt?: string;
    /**
     * Too short, too long, an address, or a moment in time: only keys and ids at the target are searched for it.
     */
    readonly isUnsearchable?: true;
  };
  /**
   * `open`: found, and an error of it is open. `choose`: several records say the text.
   */
  readonly ending: 'found' | 'open' | 'choose' | 'nothing';
}
/**
 * What was encrypted of what was in clear.
 */
export interface KeysEncryptAnswer {
  /**
   * Rows that were encrypted.
   */
  readonly rows: number;
  /**
   * `done`: nothing is in clear any more. `stopped`: there is more. `inUse`: somebody was at a part of history.
   */
  readonly state: 'done' | 'stopped' | 'inUse';
}
/**
 * Keys by their ids, and what of payloads is in clear.
 */
export interface KeysListAnswer {
  /**
   * Ids of the keys that were given, the one that wraps what is new first; none where payloads are kept in clear.
   */
  readonly operatorKeys: readonly string[];
  /**
   * Keys that lie in the database, the newest first.
   *
   * Items: A data key, without the key.
   */
  readonly dataKeys: {
    /**
     * By this a sealed value names it.
     */
    readonly id: string;
    /**
     * `data` seals values, for a day; by `lasting` records are found.
     */
    readonly purpose: 'data' | 'lasting';
    /**
     * Id of the operator's key that opens it.
     */
    readonly wrappedBy: string;
    /**
     * When it was made.
     */
    readonly madeAt: string;
    /**
     * Since when nothing new is sealed under it, where somebody has said so.
     */
    readonly retiredAt: string | null;
    /**
     * Since when nobody opens what was sealed under it.
     */
    readonly destroyedAt: string | null;
  }[];
  /**
   * Tables that hold values of payloads.
   *
   * Items: A table.
   */
  readonly tables: {
    /**
     * Its name.
     */
    readonly table: string;
    /**
     * Rows that hold such values.
     */
    readonly rows: number;
    /**
     * Those of them that hold something in clear.
     */
    readonly inClear: number;
  }[];
}
/**
 * What became of the data keys there were.
 */
export interface KeysRenewAnswer {
  /**
   * Ids of data keys that were destroyed.
   */
  readonly destroyed: readonly string[];
  /**
   * Rows that were encrypted anew.
   */
  readonly rows: number;
  /**
   * Statements of others went on for too long: no key was destroyed, or not all.
   */
  readonly inUse: boolean;
}
/**
 * By which key all data keys are wrapped now.
 */
export interface KeysRotateAnswer {
  /**
   * Id of the operator's key.
   */
  readonly key: string;
  /**
   * Data keys that another one had wrapped.
   */
  readonly rotated: number;
}
/**
 * Who asks, and what they may.
 */
export interface MeAnswer {
  /**
   * As the audit log calls them.
   */
  readonly name: string;
  /**
   * How they ask: at the command line, with a browser that has logged in, with a token.
   */
  readonly via: 'local' | 'session' | 'token';
  /**
   * What they may.
   */
  readonly grants: readonly GrantAnswer[];
  /**
   * Number of their session.
   */
  readonly session?: number;
  /**
   * Of a session: what its pages send as `X-CSRF-Token` with whatever changes something.
   */
  readonly csrfToken?: string;
}
/**
 * A role over flows.
 */
export interface GrantAnswer {
  /**
   * The role; each may what the one before it may, and more.
   */
  readonly role: 'viewer' | 'support' | 'integrator' | 'admin';
  /**
   * Over these flows: a name, with `*` for any part of it.
   */
  readonly flows: string;
}
/**
 * Fields of a resource that are not as before.
 */
export interface DriftCountAnswer {
  /**
   * The connection.
   */
  readonly connection: string;
  /**
   * The resource.
   */
  readonly resource: string;
  /**
   * How many fields.
   */
  readonly fields: number;
}
/**
 * Somebody who may come in.
 */
export interface UserAnswer {
  /**
   * What they log in with, and are called in the audit log.
   */
  readonly name: string;
  /**
   * Where they are reached.
   */
  readonly email?: string;
  /**
   * What lets them in beside a one-time link: a password that is kept here, an identity provider, or nothing.
   */
  readonly login: 'password' | 'oidc' | 'none';
  /**
   * What they may.
   */
  readonly grants: readonly GrantAnswer[];
  /**
   * Does nothing let them in?
   */
  readonly disabled: boolean;
  /**
   * Since when they are known.
   */
  readonly createdAt: string;
  /**
   * When they came in last.
   */
  readonly loggedInAt?: string;
}
/**
 * A token that a program comes in with; without what lets it in.
 */
export interface ApiTokenAnswer {
  /**
   * What it is revoked by: the beginning of the token.
   */
  readonly id: string;
  /**
   * What it is for.
   */
  readonly name: string;
  /**
   * Who has made it.
   */
  readonly madeBy: string;
  /**
   * What it may, where its maker still may so much.
   */
  readonly grants: readonly GrantAnswer[];
  /**
   * Since when it lets in.
   */
  readonly createdAt: string;
  /**
   * Until when.
   */
  readonly expiresAt: string;
  /**
   * When it let somebody in last, to about a minute.
   */
  readonly usedAt?: string;
  /**
   * Since when it is revoked.
   */
  readonly revokedAt?: string;
}
/**
 * How a run stands.
 */
export interface RunStateAnswer {
  /**
   * Its id: `tradelane runs show 12`.
   */
  readonly run: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * How it stands.
   */
  readonly status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';
  readonly counts: CountsAnswer;
  /**
   * Of those unchanged: records whose errors were open before.
   */
  readonly stillOpen?: number;
  /**
   * How long it took, or has taken until now. Milliseconds.
   */
  readonly durationMs: number;
  readonly fault?: FaultAnswer;
}
/**
 * A member that had been delivered before and that records of a run do not have any more.
 */
export interface RunAbsenceAnswer {
  /**
   * The run.
   */
  readonly run: number;
  /**
   * The connection that it had been delivered to.
   */
  readonly connection: string;
  /**
   * What became of it at the target. `unwatched`: too many members to notice what vanishes; `member` is empty.
   */
  readonly fate: 'kept' | 'cleared' | 'unwatched';
  /**
   * The member.
   */
  readonly member: string;
  /**
   * Of how many records.
   */
  readonly records: number;
}
/**
 * Something that is right as far as anybody can tell, and yet may be a mistake.
 */
export interface RunNoteAnswer {
  /**
   * What of the flow it is about.
   */
  readonly about: string;
  /**
   * Records that it is true of.
   */
  readonly records: number;
  /**
   * Records that were looked at.
   */
  readonly of: number;
  /**
   * What it is.
   */
  readonly message: string;
}
/**
 * What is left of a run, in records.
 */
export interface RunRestAnswer {
  /**
   * Read, and not delivered yet.
   */
  readonly staged: number;
  /**
   * Tried again later, or behind an earlier version that is.
   */
  readonly retried: number;
  /**
   * Waiting for others.
   */
  readonly blocked: number;
  /**
   * When the next of them is tried.
   */
  readonly nextAttemptAt: string | null;
  /**
   * Why, of the one that is tried next.
   */
  readonly fault: FaultAnswer | null;
}
/**
 * Errors of a run of one cause.
 */
export interface RunErrorsAnswer {
  /**
   * Code of the fault.
   */
  readonly code: string;
  /**
   * Where on the line.
   */
  readonly stage: 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';
  /**
   * How many are open.
   */
  readonly open: number;
  /**
   * How many somebody, or a later run, has settled.
   */
  readonly settled: number;
  /**
   * One of their messages.
   */
  readonly message: string;
  /**
   * One of their keys.
   */
  readonly key: string | null;
}
/**
 * What a run was asked for.
 */
export interface RunAskedAnswer {
  /**
   * Everything, not only what changed.
   */
  readonly full?: boolean;
  /**
   * Also what is equal to what was delivered last.
   */
  readonly force?: boolean;
  /**
   * From this time on.
   */
  readonly since?: string;
  /**
   * Up to this time.
   */
  readonly until?: string;
  /**
   * So many records.
   */
  readonly limit?: number;
  /**
   * Although its flow, or a connection of it, was paused.
   */
  readonly evenPaused?: true;
  /**
   * Who asked for it.
   */
  readonly by?: string;
  /**
   * Of a replay: the set that it works off.
   */
  readonly bulk?: number;
}
/**
 * What a guard has counted of a run that it holds.
 */
export interface GuardCountAnswer {
  /**
   * The guard.
   */
  readonly guard: 'maxDeletes' | 'maxChange';
  /**
   * Records that it let through before it tripped.
   */
  readonly records: number;
  /**
   * Some of their keys.
   */
  readonly keys: readonly string[];
}
/**
 * What a held run waits to do.
 */
export interface HeldRunAnswer {
  readonly guard: FaultAnswer;
  /**
   * What guards had counted and let through by then.
   */
  readonly counted: readonly GuardCountAnswer[];
  /**
   * Records of it that wait for a decision.
   */
  readonly waiting: number;
  /**
   * Keys of some of those, in the order in which they would go on.
   */
  readonly keys: readonly string[];
}
/**
 * A pause, and what waits for it.
 */
export interface WaitingPauseAnswer {
  /**
   * What stands still: one flow, or all that read or write with the connection.
   */
  readonly kind: 'flow' | 'connection';
  /**
   * Its name.
   */
  readonly name: string;
  /**
   * Who paused it.
   */
  readonly by: string;
  /**
   * Why.
   */
  readonly reason: string;
  /**
   * Since when it stands still.
   */
  readonly since: string;
  /**
   * When it ends by itself; `null`: when somebody resumes it.
   */
  readonly until: string | null;
  /**
   * Flows that stand still for it.
   */
  readonly flows: readonly string[];
  /**
   * Records that these have staged or held.
   */
  readonly records: number;
}
/**
 * A flow whose source could not be read: what is new there waits.
 */
export interface WaitingSourceAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The connection.
   */
  readonly connection: string;
  /**
   * The run that could not read it.
   */
  readonly run: number;
  /**
   * Since when.
   */
  readonly since: string;
  /**
   * When it runs next, by its schedule; `null`: when somebody runs it.
   */
  readonly nextRunAt: string | null;
  readonly fault: FaultAnswer;
}
/**
 * A lane whose next batch waits as a whole.
 */
export interface WaitingLaneAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * The lane.
   */
  readonly lane: number;
  /**
   * The run of its next batch.
   */
  readonly run: number;
  /**
   * Batches that wait.
   */
  readonly batches: number;
  /**
   * Records that wait.
   */
  readonly records: number;
  /**
   * How often the next batch was tried.
   */
  readonly attempts: number;
  /**
   * Since when.
   */
  readonly since: string;
  /**
   * When it is tried next; `null`: once its run is approved.
   */
  readonly nextAttemptAt: string | null;
  readonly fault: FaultAnswer;
}
/**
 * A record that waits for others.
 */
export interface BlockedRecordAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Its key.
   */
  readonly key: string;
  /**
   * Its run.
   */
  readonly run: number;
  /**
   * Since when.
   */
  readonly since: string;
  /**
   * The connection that does not have them yet.
   */
  readonly target: string;
  /**
   * What it waits for.
   *
   * Items: A record that is waited for.
   */
  readonly references: {
    /**
     * Its entity.
     */
    readonly entity: string;
    /**
     * Its key.
     */
    readonly key: string;
  }[];
  /**
   * Later versions of it that wait behind.
   */
  readonly behind: number;
  /**
   * The same in a sentence.
   */
  readonly reason: string;
}
/**
 * A create whose outcome nobody knows: it is looked for, and not made again before its time.
 */
export interface DoubtfulRecordAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Its key.
   */
  readonly key: string;
  /**
   * Its run.
   */
  readonly run: number;
  /**
   * Its entity, or resource.
   */
  readonly entity: string;
  /**
   * The connection.
   */
  readonly target: string;
  /**
   * Since when.
   */
  readonly since: string;
  /**
   * Until when it is not made again.
   */
  readonly until: string;
  /**
   * When it is looked for next; `null`: nothing waits to look for it.
   */
  readonly nextLookAt: string | null;
}
/**
 * A record that is tried again by itself.
 */
export interface RetriedRecordAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Its key.
   */
  readonly key: string;
  /**
   * Its run.
   */
  readonly run: number;
  /**
   * Attempts that have failed.
   */
  readonly attempts: number;
  /**
   * Of how many in all.
   */
  readonly maxAttempts: number;
  /**
   * Since when.
   */
  readonly since: string;
  /**
   * When it is tried next.
   */
  readonly nextAttemptAt: string;
  /**
   * Why it waits; `null`: its turn has just come.
   */
  readonly fault: FaultAnswer | null;
  /**
   * Later versions of it that wait behind.
   */
  readonly behind: number;
}
/**
 * Which id a record has at the target.
 */
export interface XrefAnswer {
  /**
   * The entity, or resource where there is none.
   */
  readonly entity: string;
  /**
   * The connection that the key is of.
   */
  readonly source: string;
  /**
   * The connection that the id is of.
   */
  readonly target: string;
  /**
   * Its key.
   */
  readonly key: string;
  /**
   * Its id; `null`: a create whose outcome nobody knows.
   */
  readonly id: string | null;
  /**
   * Since when it is known by that, or in doubt.
   */
  readonly since: string;
  /**
   * The run that said so; `null`: a person.
   */
  readonly run: number | null;
  /**
   * What people have said about it.
   */
  readonly audit?: readonly EntryAnswer[];
}
/**
 * Somebody who is in.
 */
export interface SessionAnswer {
  /**
   * What it is ended by.
   */
  readonly id: number;
  /**
   * Whose it is.
   */
  readonly user: string;
  /**
   * How they came in.
   */
  readonly way: 'password' | 'link' | 'oidc';
  /**
   * From where.
   */
  readonly address?: string;
  /**
   * With which program, as it calls itself.
   */
  readonly client?: string;
  /**
   * Since when.
   */
  readonly createdAt: string;
  /**
   * When something was asked last, to about a minute.
   */
  readonly seenAt: string;
  /**
   * When it is over, however busy it is.
   */
  readonly expiresAt: string;
}
/**
 * What stands still from now on.
 */
export interface PausesPauseAnswer {
  readonly paused: PauseInEffectAnswer;
}
/**
 * What goes on from now on.
 */
export interface PausesResumeAnswer {
  /**
   * A flow, or a connection.
   */
  readonly resumed: {
    /**
     * What stands still: one flow, or all that read or write with the connection.
     */
    readonly kind: 'flow' | 'connection';
    /**
     * Its name.
     */
    readonly name: string;
  };
}
/**
 * What stands still, and what waits for it.
 */
export interface PausesAnswer {
  /**
   * The pauses.
   */
  readonly pauses: readonly WaitingPauseAnswer[];
}
/**
 * What waits, of one kind.
 */
export interface PendingListAnswer {
  /**
   * Lanes whose next batch waits as a whole.
   */
  readonly batches?: readonly WaitingLaneAnswer[];
  /**
   * Records that wait for others, the longest first.
   */
  readonly blocked?: readonly BlockedRecordAnswer[];
  /**
   * Creates whose outcome nobody knows.
   */
  readonly inDoubt?: readonly DoubtfulRecordAnswer[];
  /**
   * Records that are tried again, the next first.
   */
  readonly retried?: readonly RetriedRecordAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
}
/**
 * Records that were taken out of their lane.
 */
export interface PendingTakeAnswer {
  /**
   * How many went to the errors.
   */
  readonly taken: number;
}
/**
 * What waits, and why.
 */
export interface PendingAnswer {
  /**
   * Records that wait for anything but their turn.
   */
  readonly waiting: number;
  /**
   * Pauses in effect.
   */
  readonly pauses: readonly WaitingPauseAnswer[];
  /**
   * Flows whose source could not be read.
   */
  readonly sources: readonly WaitingSourceAnswer[];
  /**
   * Connections that are away.
   */
  readonly connections: readonly AwayAnswer[];
  /**
   * Lanes whose next batch waits as a whole.
   */
  readonly batches: readonly WaitingLaneAnswer[];
  /**
   * Records that wait for others, the longest first.
   */
  readonly blocked: readonly BlockedRecordAnswer[];
  /**
   * Creates whose outcome nobody knows.
   */
  readonly inDoubt: readonly DoubtfulRecordAnswer[];
  /**
   * Records that are tried again, the next first.
   */
  readonly retried: readonly RetriedRecordAnswer[];
  /**
   * Where each list goes on that is not whole: the cursor of `pending/{kind}`.
   */
  readonly next?: {
    /**
     * Of this one.
     */
    readonly batches?: string;
    /**
     * Of this one.
     */
    readonly blocked?: string;
    /**
     * Of this one.
     */
    readonly inDoubt?: string;
    /**
     * Of this one.
     */
    readonly retried?: string;
  };
}
/**
 * What would become of a record.
 */
export interface PlanForecastAnswer {
  /**
   * Its key; absent where none could be read.
   */
  readonly key?: string;
  /**
   * What would become of it. `upsert`: created or updated, which the target cannot be asked; `waits`: not now.
   */
  readonly effect:
    | 'create'
    | 'update'
    | 'upsert'
    | 'delete'
    | 'unchanged'
    | 'filtered'
    | 'superseded'
    | 'blocked'
    | 'fails'
    | 'waits';
  /**
   * Of an update: what would be changed.
   *
   * Items: A difference between what the target has and what it would be given; private values are masked. What is not there is absent.
   */
  readonly differences: {
    /**
     * Path of the member.
     */
    readonly path: string;
    /**
     * What the target has.
     */
    readonly before?: unknown;
    /**
     * What it would be given.
     */
    readonly after?: unknown;
  }[];
  /**
   * Members that have vanished.
   *
   * Items: A member that the target was given before and that the record does not have any more.
   */
  readonly absent?: {
    /**
     * Path of the member.
     */
    readonly path: string;
    /**
     * What would become of it.
     */
    readonly would: 'kept' | 'cleared';
  }[];
  /**
   * Of what would be created, or where the target cannot be asked: what it would be given. Private values are masked.
   */
  readonly payload?: unknown;
  /**
   * Why it would fail.
   */
  readonly fault?: {
    /**
     * Code of the fault.
     */
    readonly code: string;
    /**
     * What happened, in technical words.
     */
    readonly message: string;
    /**
     * The place in a file of the workspace.
     */
    readonly at?: string;
  };
  /**
   * Why, in a sentence.
   */
  readonly reason?: string;
  /**
   * What does not fit at a border.
   *
   * Items: A member that does not fit at a border.
   */
  readonly drift?: {
    /**
     * At which border.
     */
    readonly side: 'source' | 'target';
    /**
     * In what way.
     */
    readonly kind: 'new' | 'missing' | 'retyped' | 'unfit' | 'refused';
    /**
     * Path of the member.
     */
    readonly path: string;
    /**
     * What was expected.
     */
    readonly expected: string;
    /**
     * What came.
     */
    readonly got: string;
    /**
     * A value, masked.
     */
    readonly sample?: string;
  }[];
}
/**
 * What a run would do, without doing it.
 */
export interface PlanAnswer {
  /**
   * The flow.
   */
  readonly flow: string;
  /**
   * Records, by what would become of them.
   */
  readonly counts: {
    /**
     * Records that were read.
     */
    readonly read: number;
    /**
     * Records: create.
     */
    readonly create: number;
    /**
     * Records: update.
     */
    readonly update: number;
    /**
     * Records: upsert.
     */
    readonly upsert: number;
    /**
     * Records: delete.
     */
    readonly delete: number;
    /**
     * Records: unchanged.
     */
    readonly unchanged: number;
    /**
     * Records: filtered.
     */
    readonly filtered: number;
    /**
     * Records: superseded.
     */
    readonly superseded: number;
    /**
     * Records: blocked.
     */
    readonly blocked: number;
    /**
     * Records: fails.
     */
    readonly fails: number;
    /**
     * Records: waits.
     */
    readonly waits: number;
  };
  readonly held?: FaultAnswer;
  /**
   * It was stopped before everything was read: this is what had been read by then.
   */
  readonly stopped?: true;
  /**
   * What may be a mistake.
   */
  readonly notes?: readonly RunNoteAnswer[];
  /**
   * What would become of each.
   */
  readonly records: readonly PlanForecastAnswer[];
  /**
   * Records that are counted, and not in `records`: a server gives so many of each kind.
   */
  readonly leftOut?: number;
}
/**
 * Why something was not done: RFC 9457, with the code of the fault.
 */
export interface ProblemAnswer {
  /**
   * The kind of problem, as an address.
   */
  readonly type: string;
  /**
   * The kind of problem in words.
   */
  readonly title: string;
  /**
   * Status of the answer.
   */
  readonly status: number;
  /**
   * Code of the fault.
   */
  readonly code: string;
  /**
   * What was expected, and what came.
   */
  readonly detail: string;
  /**
   * Of this request; the log has it, too.
   */
  readonly request: string;
  /**
   * What is wrong with what was asked, each at its place.
   */
  readonly problems?: {
    /**
     * Path of the member; empty: all of it.
     */
    readonly path: string;
    /**
     * What was expected, and what came.
     */
    readonly message: string;
  }[];
  /**
   * What is wrong with the files of the workspace, where that is the reason.
   */
  readonly findings?: {
    /**
     * The file.
     */
    readonly file: string;
    /**
     * Its line, from 1.
     */
    readonly line: number;
    /**
     * Its column, from 1.
     */
    readonly column: number;
    /**
     * Code of the finding.
     */
    readonly code: string;
    /**
     * What is wrong.
     */
    readonly message: string;
    /**
     * What helps.
     */
    readonly hint?: string;
  }[];
}
/**
 * What a replay would do about each error.
 */
export interface ReplayPlanAnswer {
  /**
   * The errors that are meant, by cause.
   *
   * Items: Errors of one cause.
   */
  readonly replays: {
    /**
     * Their flow.
     */
    readonly flow: string;
    /**
     * The code of the fault.
     */
    readonly code: string;
    /**
     * Where on the line they failed.
     */
    readonly stage: string;
    /**
     * How many.
     */
    readonly count: number;
    /**
     * As one of them says it.
     */
    readonly message: string;
    /**
     * The key of one of them.
     */
    readonly key?: string;
    /**
     * When one of them changed last.
     */
    readonly newest: string;
  }[];
  /**
   * What would become of them, by flow.
   *
   * Items: What would become of the errors of one flow.
   */
  readonly flows: {
    /**
     * The flow.
     */
    readonly flow: string;
    /**
     * How many, by effect.
     */
    readonly counts: {
      /**
       * How many: create.
       */
      readonly create: number;
      /**
       * How many: update.
       */
      readonly update: number;
      /**
       * How many: upsert.
       */
      readonly upsert: number;
      /**
       * How many: delete.
       */
      readonly delete: number;
      /**
       * How many: unchanged.
       */
      readonly unchanged: number;
      /**
       * How many: filtered.
       */
      readonly filtered: number;
      /**
       * How many: superseded.
       */
      readonly superseded: number;
      /**
       * How many: blocked.
       */
      readonly blocked: number;
      /**
       * How many: fails.
       */
      readonly fails: number;
      /**
       * How many: waits.
       */
      readonly waits: number;
    };
    /**
     * Of those that fail: the target has a record by that key or id already, or another one of ours has it.
     */
    readonly duplicates: number;
    /**
     * Why some would fail again, the most first.
     *
     * Items: Errors that would fail again, and why.
     */
    readonly failing: {
      /**
       * The code of the fault.
       */
      readonly code: string;
      /**
       * As one of them says it.
       */
      readonly message: string;
      /**
       * The key of that one.
       */
      readonly key?: string;
      /**
       * How many.
       */
      readonly count: number;
    }[];
    /**
     * Each record.
     *
     * Items: What would become of one record.
     */
    readonly records: {
      /**
       * Its key.
       */
      readonly key?: string;
      /**
       * Its error: `tradelane errors show 17`.
       */
      readonly error?: number;
      /**
       * What would be done.
       */
      readonly effect:
        | 'create'
        | 'update'
        | 'upsert'
        | 'delete'
        | 'unchanged'
        | 'filtered'
        | 'superseded'
        | 'blocked'
        | 'fails'
        | 'waits';
      /**
       * Of an update: what would be changed.
       *
       * Items: A member that would be changed; private values are masked.
       */
      readonly differences: {
        /**
         * Where.
         */
        readonly path: string;
        /**
         * What the target has; absent: nothing.
         */
        readonly before?: unknown;
        /**
         * What it would be given; absent: nothing.
         */
        readonly after?: unknown;
      }[];
      /**
       * Members that are gone from the record.
       *
       * Items: A member that the target was given before, and the record has no more.
       */
      readonly absent?: {
        /**
         * Where.
         */
        readonly path: string;
        /**
         * What would become of it.
         */
        readonly would: 'kept' | 'cleared';
      }[];
      /**
       * Of what would be created: what the target would be given; private values are masked.
       */
      readonly payload?: unknown;
      /**
       * Why it would fail, or wait.
       */
      readonly fault?: {
        /**
         * Its code.
         */
        readonly code: string;
        /**
         * What happened.
         */
        readonly message: string;
        /**
         * The place in a file of the workspace.
         */
        readonly at?: string;
      };
      /**
       * Why, in words.
       */
      readonly reason?: string;
      /**
       * What does not fit at a border.
       *
       * Items: What does not fit at a border.
       */
      readonly drift?: {
        /**
         * Of which system.
         */
        readonly side: string;
        /**
         * What sort of difference.
         */
        readonly kind: string;
        /**
         * Where.
         */
        readonly path: string;
        /**
         * What should be there.
         */
        readonly expected?: unknown;
        /**
         * What is there.
         */
        readonly got?: unknown;
        /**
         * A value, masked.
         */
        readonly sample?: unknown;
      }[];
    }[];
  }[];
  /**
   * A hash of set, patch, flows and effects: `replay --expect` replays only if it is still the same.
   */
  readonly plan: string;
  /**
   * What the patch makes of some of the records.
   *
   * Items: What the patch makes of one record.
   */
  readonly patched?: {
    /**
     * Its error.
     */
    readonly error: number;
    /**
     * Its key.
     */
    readonly key: string;
    /**
     * What is changed.
     *
     * Items: A member that is changed.
     */
    readonly changes: {
      /**
       * Where.
       */
      readonly path: string;
      /**
       * As it was; absent: it was not there.
       */
      readonly before?: unknown;
      /**
       * As it would be; absent: it would not be there.
       */
      readonly after?: unknown;
    }[];
  }[];
  /**
   * Of the API: what is worth telling of what was asked for, and of the patch.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
  /**
   * Of the API: errors that would not be sent, and why.
   *
   * Items: Some errors, and why.
   */
  readonly leftOut?: readonly string[];
  /**
   * Of the API, where none fits: how many errors are open in all.
   */
  readonly open?: number;
}
/**
 * What a replay came to; also printed by `bulk resume`.
 */
export interface ReplayAnswer {
  /**
   * The runs in which records were sent, as far as they were followed.
   *
   * Items: A run.
   */
  readonly runs?: {
    /**
     * Its id: `tradelane runs show 12`.
     */
    readonly run: number;
    /**
     * Its flow.
     */
    readonly flow: string;
    /**
     * How it stands.
     */
    readonly status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';
    readonly counts: CountsAnswer;
    /**
     * Of those unchanged: records whose errors were open before.
     */
    readonly stillOpen?: number;
    /**
     * How long it took, or has taken until now. Milliseconds.
     */
    readonly durationMs: number;
    readonly fault?: FaultAnswer;
  }[];
  /**
   * Fields that were not as before.
   */
  readonly drift?: readonly DriftCountAnswer[];
  readonly bulk?: BulkAnswer;
  /**
   * Where no error fits: how many are open in all.
   */
  readonly open?: number;
}
/**
 * What writing everything again comes to, before anything is read.
 */
export interface ResyncPlanAnswer {
  /**
   * What is read.
   */
  readonly from: string;
  /**
   * What is written to.
   */
  readonly to: string;
  /**
   * How.
   */
  readonly write: 'create' | 'update' | 'upsert' | 'delete';
  /**
   * Records that were delivered before.
   */
  readonly delivered: number;
}
/**
 * What there is to tell of runs beside their counts.
 */
export interface RunBesideAnswer {
  /**
   * Fields that are not as before, by resource.
   */
  readonly drift: readonly DriftCountAnswer[];
  /**
   * Members that have vanished.
   */
  readonly absences: readonly RunAbsenceAnswer[];
  /**
   * What may be a mistake.
   */
  readonly notes: readonly RunNoteAnswer[];
}
/**
 * A run, with what was left behind by those before it.
 */
export interface RunEndedAnswer {
  /**
   * Its id: `tradelane runs show 12`.
   */
  readonly run: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * How it stands.
   */
  readonly status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';
  readonly counts: CountsAnswer;
  /**
   * Of those unchanged: records whose errors were open before.
   */
  readonly stillOpen?: number;
  /**
   * How long it took, or has taken until now. Milliseconds.
   */
  readonly durationMs: number;
  readonly fault?: FaultAnswer;
  /**
   * Runs that had left something behind when this one began.
   */
  readonly earlier?: readonly RunStateAnswer[];
  /**
   * Fields that are not as before, by resource.
   */
  readonly drift?: readonly DriftCountAnswer[];
  /**
   * Members that have vanished.
   */
  readonly absences?: readonly RunAbsenceAnswer[];
  /**
   * What may be a mistake.
   */
  readonly notes?: readonly RunNoteAnswer[];
}
/**
 * How a run stands for whoever follows it.
 */
export interface RunProgressAnswer {
  readonly run: RunStateAnswer;
  /**
   * The same as long as none of its counts has changed.
   */
  readonly mark: string;
  /**
   * Nothing more happens for now: there is no use in following it any longer.
   */
  readonly isOver: boolean;
  /**
   * Records of its flow that had waited for others, and are about to be tried.
   */
  readonly released: number;
}
/**
 * A run that is written down; a worker takes it up.
 */
export interface RunStartedAnswer {
  /**
   * Its id.
   */
  readonly run: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * It has not begun yet.
   */
  readonly status: 'queued';
  /**
   * Runs of the flow that had left something behind, which goes on with it.
   */
  readonly earlier: readonly number[];
}
/**
 * A held run goes on.
 */
export interface RunsApproveAnswer {
  /**
   * The run.
   */
  readonly run: number;
  /**
   * It goes on, with its guards off.
   */
  readonly approved: true;
}
/**
 * Runs, the newest first.
 */
export interface RunsListAnswer {
  /**
   * The runs.
   */
  readonly runs: readonly RunAnswer[];
  /**
   * Fields that are not as before, by resource.
   */
  readonly drift: readonly DriftCountAnswer[];
  /**
   * Records that wait for anything but their turn.
   */
  readonly waiting?: number;
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
}
/**
 * What became of a record of a run, once.
 */
export interface RunsRecordsRecordAnswer {
  /**
   * Its key; empty where none could be read.
   */
  readonly key: string;
  /**
   * What became of it. `held`: tried again later; `queued`: behind an earlier version that is; `replaces`: took the place of one that waited.
   */
  readonly outcome:
    | 'delivered'
    | 'unchanged'
    | 'filtered'
    | 'superseded'
    | 'blocked'
    | 'failed'
    | 'held'
    | 'queued'
    | 'replaces';
  /**
   * When.
   */
  readonly at: string;
  /**
   * What was done at the target, or tried. `confirm`: an earlier attempt had created it, and only its reply was lost.
   */
  readonly did?: 'create' | 'update' | 'upsert' | 'delete' | 'confirm';
  /**
   * What the target knows it by.
   */
  readonly targetId?: string;
  /**
   * Which attempt this was; absent: the first.
   */
  readonly attempt?: number;
  /**
   * It failed as it had before: its error was open.
   */
  readonly isAgain?: true;
  /**
   * Where on the line it failed.
   */
  readonly stage?: 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';
  /**
   * Code of the fault.
   */
  readonly code?: string;
  /**
   * What happened, in technical words.
   */
  readonly message?: string;
  /**
   * How long it was to wait. Milliseconds.
   */
  readonly waitMs?: number;
  /**
   * What it waited for.
   *
   * Items: A record that it waited for.
   */
  readonly missing?: {
    /**
     * Its entity.
     */
    readonly entity: string;
    /**
     * Its key.
     */
    readonly key: string;
  }[];
  /**
   * Why it was filtered, or by what decision it ended.
   */
  readonly reason?: string;
}
/**
 * What became of the records of a run, in the order in which it was written down, as far as history has kept it.
 */
export interface RunsRecordsAnswer {
  /**
   * The records. One that waited comes again when it went on.
   */
  readonly records: readonly RunsRecordsRecordAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
  /**
   * What is worth knowing of the list.
   *
   * Items: A note.
   */
  readonly notes?: readonly string[];
}
/**
 * A held run has been stopped.
 */
export interface RunsRejectAnswer {
  /**
   * The run.
   */
  readonly run: number;
  /**
   * Records that went to the errors.
   */
  readonly rejected: number;
}
/**
 * Everything about one run.
 */
export interface RunsShowAnswer {
  /**
   * Its id: `tradelane runs show 12`.
   */
  readonly run: number;
  /**
   * Its flow.
   */
  readonly flow: string;
  /**
   * How it stands.
   */
  readonly status: 'queued' | 'running' | 'waiting' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';
  readonly counts: CountsAnswer;
  /**
   * Of those unchanged: records whose errors were open before.
   */
  readonly stillOpen?: number;
  /**
   * How long it took, or has taken until now. Milliseconds.
   */
  readonly durationMs: number;
  readonly fault?: FaultAnswer;
  /**
   * What asked for it.
   */
  readonly trigger: 'manual' | 'schedule' | 'replay';
  /**
   * Of a schedule: the time that it was for.
   */
  readonly tick: string | null;
  readonly options: RunAskedAnswer;
  /**
   * The files of its flow as it ran, by their hash.
   */
  readonly planHash: string | null;
  /**
   * When it was asked for.
   */
  readonly createdAt: string;
  /**
   * When it began to read.
   */
  readonly startedAt: string | null;
  /**
   * When its source had been read.
   */
  readonly readAt: string | null;
  /**
   * When it was over.
   */
  readonly endedAt: string | null;
  /**
   * How far its flow had read, as the source says it.
   */
  readonly cursor: {
    /**
     * Before it.
     */
    readonly before: string | null;
    /**
     * After it.
     */
    readonly after: string | null;
  };
  /**
   * Who asked for it; `null`: a schedule, or it is not known.
   */
  readonly by: string | null;
  /**
   * What people have decided about it, its beginning included.
   */
  readonly audit: readonly EntryAnswer[];
  /**
   * Its errors, by cause.
   */
  readonly errors: readonly RunErrorsAnswer[];
  readonly waiting: RunRestAnswer;
  /**
   * Fields that are not as before, by resource.
   */
  readonly drift: readonly DriftCountAnswer[];
  /**
   * Members that have vanished.
   */
  readonly absences: readonly RunAbsenceAnswer[];
  /**
   * What may be a mistake.
   */
  readonly notes: readonly RunNoteAnswer[];
  readonly explanation?: ExplanationAnswer;
  readonly held?: HeldRunAnswer;
}
/**
 * Everything that has a text, by kind, as far as whoever asks may see it.
 */
export interface SearchAnswer {
  /**
   * What was looked for.
   */
  readonly text: string;
  /**
   * Records; `GET /journeys` tells the way of one.
   */
  readonly records: {
    /**
     * How many there are.
     */
    readonly count: number;
    /**
     * There are more: not all was looked through.
     */
    readonly isCut?: true;
    /**
     * The first few.
     *
     * Items: A record.
     */
    readonly items: {
      /**
       * The flow.
       */
      readonly flow: string;
      /**
       * Its business key.
       */
      readonly key: string;
      /**
       * What the text is: its key, its id at the target, one of its values, or a text in what could not be read and has no key.
       */
      readonly match: 'key' | 'id' | 'mention' | 'unread';
      /**
       * Its newest step.
       */
      readonly at: string;
    }[];
  };
  /**
   * Errors that have it, open ones first.
   */
  readonly errors: {
    /**
     * How many there are.
     */
    readonly count: number;
    /**
     * There are more: not all was looked through.
     */
    readonly isCut?: true;
    /**
     * The first few.
     *
     * Items: An error.
     */
    readonly items: {
      /**
       * Its id.
       */
      readonly id: number;
      /**
       * Its flow.
       */
      readonly flow: string;
      /**
       * The key of its record.
       */
      readonly key?: string;
      /**
       * The code of the fault.
       */
      readonly code: string;
      /**
       * What happened, in technical words; private values are masked.
       */
      readonly message: string;
      /**
       * What has become of it.
       */
      readonly state: 'open' | 'replaying' | 'resolved' | 'discarded';
    }[];
  };
  /**
   * Their causes.
   */
  readonly causes: {
    /**
     * How many there are.
     */
    readonly count: number;
    /**
     * There are more: not all was looked through.
     */
    readonly isCut?: true;
    /**
     * The first few.
     *
     * Items: A cause.
     */
    readonly items: {
      /**
       * Its id.
       */
      readonly cause: number;
      /**
       * Its flow.
       */
      readonly flow: string;
      /**
       * The code of its errors.
       */
      readonly code: string;
      /**
       * The message, with a gap for each value.
       */
      readonly message: string;
      /**
       * How many of the errors that were found are of it.
       */
      readonly count: number;
    }[];
  };
  /**
   * Runs that such records were in, the newest first.
   */
  readonly runs: {
    /**
     * How many there are.
     */
    readonly count: number;
    /**
     * There are more: not all was looked through.
     */
    readonly isCut?: true;
    /**
     * The first few.
     */
    readonly items: readonly RunAnswer[];
  };
  /**
   * Flows that have it in their name.
   */
  readonly flows: {
    /**
     * How many there are.
     */
    readonly count: number;
    /**
     * There are more: not all was looked through.
     */
    readonly isCut?: true;
    /**
     * The first few.
     *
     * Items: A flow.
     */
    readonly items: {
      /**
       * Its name.
       */
      readonly flow: string;
    }[];
  };
  /**
   * What history could tell.
   */
  readonly history: {
    /**
     * The oldest step that is kept of anything; `null`: nothing is.
     */
    readonly since: string | null;
    /**
     * What is older was not looked at.
     */
    readonly cutAt?: string;
    /**
     * Too short, too long, an address, or a moment in time: only keys and ids at the target are searched for it.
     */
    readonly isUnsearchable?: true;
  };
}
/**
 * How many sessions have ended.
 */
export interface SessionsEndedAnswer {
  /**
   * So many.
   */
  readonly ended: number;
}
/**
 * Who is in, the newest first.
 */
export interface SessionsAnswer {
  /**
   * The sessions.
   */
  readonly sessions: readonly SessionAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
}
/**
 * The settings that hold, without secrets.
 */
export interface SettingsAnswer {
  /**
   * As config/tradelane.yaml has them, and as they are taken where that says nothing.
   */
  readonly settings: {};
}
/**
 * How all flows stand, and what needs a person.
 */
export interface StatusAnswer {
  /**
   * Nothing needs a person.
   */
  readonly ok: boolean;
  /**
   * The flows, by name.
   */
  readonly flows: readonly FlowStatusAnswer[];
  /**
   * Connections that are away.
   */
  readonly connections: readonly AwayAnswer[];
  /**
   * What somebody lets stand still.
   */
  readonly pauses: readonly PauseInEffectAnswer[];
  /**
   * The newest run of each flow, and whatever is open still.
   */
  readonly runs: readonly RunAnswer[];
  /**
   * Fields that are not as before.
   */
  readonly drift: readonly DriftCountAnswer[];
  /**
   * When that was, by the clock of the database, up to which ages are counted. What the command prints with `--json` goes without it.
   */
  readonly at?: string;
  /**
   * By how many seconds the clock of the machine is ahead of the database's, below zero behind it; absent where it is less than a minute. Ages are by the database's clock, schedules by that of the machine.
   */
  readonly clockAheadSeconds?: number;
}
/**
 * A token that was made just now. Nobody can show it a second time.
 */
export interface TokenCreateAnswer {
  /**
   * The whole token.
   */
  readonly token: string;
  /**
   * What it is revoked by: the beginning of the token.
   */
  readonly id: string;
  /**
   * What it is for.
   */
  readonly name: string;
  /**
   * Who has made it.
   */
  readonly madeBy: string;
  /**
   * What it may, where its maker still may so much.
   */
  readonly grants: readonly GrantAnswer[];
  /**
   * Since when it lets in.
   */
  readonly createdAt: string;
  /**
   * Until when.
   */
  readonly expiresAt: string;
}
/**
 * Tokens, the newest first.
 */
export interface TokenListAnswer {
  /**
   * The tokens.
   */
  readonly tokens: readonly ApiTokenAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
}
/**
 * The token as it is then.
 */
export interface TokenRevokeAnswer {
  readonly revoked: ApiTokenAnswer;
}
/**
 * The user as they are then.
 */
export interface UserChangedAnswer {
  readonly user: UserAnswer;
}
/**
 * A link that lets a user in, once.
 */
export interface UserLinkAnswer {
  /**
   * Whom it lets in.
   */
  readonly user: string;
  /**
   * The link: as good as a password until it is used.
   */
  readonly link: string;
  /**
   * Until when.
   */
  readonly expiresAt: string;
}
/**
 * Users, by their names.
 */
export interface UserListAnswer {
  /**
   * The users.
   */
  readonly users: readonly UserAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
}
/**
 * Ids that were forgotten, or would be.
 */
export interface XrefForgetAnswer {
  /**
   * The ids.
   */
  readonly forgotten?: readonly XrefAnswer[];
  /**
   * Nothing was forgotten yet: `xrefs` are what would be.
   */
  readonly would?: 'forget';
  /**
   * The ids.
   */
  readonly xrefs?: readonly XrefAnswer[];
  /**
   * Creates in doubt that are left alone.
   */
  readonly inDoubt?: number;
}
/**
 * What was said of an id, or would be.
 */
export interface XrefSetAnswer {
  /**
   * Whether something was said: `false` where it was known as that already.
   */
  readonly set?: boolean;
  /**
   * Nothing was said yet: this is what would be.
   */
  readonly would?: 'set';
  /**
   * The entity, or resource where there is none.
   */
  readonly entity: string;
  /**
   * The connection that the key is of.
   */
  readonly source: string;
  /**
   * The connection that the id is of.
   */
  readonly target: string;
  /**
   * The key.
   */
  readonly key: string;
  /**
   * Its id at the target from now on.
   */
  readonly id: string;
  /**
   * What it was known by; `null`: not at all.
   */
  readonly before: string | null;
  /**
   * Other keys that have this id.
   */
  readonly others?: readonly string[];
  /**
   * A create of it was open, of which nobody knew the end.
   */
  readonly inDoubt?: true;
}
/**
 * Which id records have at the target.
 */
export interface XrefsPageAnswer {
  /**
   * The ids.
   */
  readonly xrefs: readonly XrefAnswer[];
  /**
   * Where the list goes on; absent: this was its end.
   */
  readonly next?: string;
  readonly forgotten?: EntryAnswer;
}
