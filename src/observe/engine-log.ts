import type { ConnectorLog } from '../contract/connector.ts';
import type { Fault } from '../contract/fault.ts';
import type { Counts, RecordCounts } from '../contract/outcome.ts';
import type { Logger } from './logger.ts';

/** The engine's named events. Ids, codes and numbers, never payloads. */
export interface EngineLog {
  runStarted(at: { readonly run: number; readonly flow: string }): void;
  runRead(at: { readonly run: number; readonly flow: string; readonly records: number }): void;
  /** It was paused before all of it was read. */
  runPutBack(at: { readonly run: number; readonly flow: string; readonly records: number }): void;
  runStopped(at: { readonly run: number; readonly flow: string }, fault: Fault): void;
  stagingWaits(at: { readonly run: number; readonly flow: string }, fault: Fault): void;
  /** A set of errors that cannot be worked off. */
  bulkPaused(at: { readonly bulk: number }, fault: Fault): void;
  runAwaitsApproval(at: { readonly run: number; readonly flow: string }, note: ApprovalNote): void;
  runSettled(
    at: { readonly run: number; readonly flow: string; readonly status: string },
    counts: Counts,
  ): void;
  /** So many records were read, or have come to their end, and that is committed. */
  recordsCounted(at: { readonly flow: string }, counts: RecordCounts): void;
  batchDelivered(at: {
    readonly flow: string;
    readonly lane: number;
    readonly records: number;
    readonly ms: number;
  }): void;
  batchPostponed(
    at: { readonly flow: string; readonly lane: number; readonly ms: number },
    fault: Fault,
  ): void;
  laneFailed(at: { readonly flow: string; readonly lane: number }, fault: Fault): void;
  circuitOpened(at: { readonly connection: string; readonly ms: number }, fault: Fault): void;
  circuitClosed(at: { readonly connection: string }): void;
  /** @param pause - why, if the flow is not just still at work. */
  tickSkipped(
    at: { readonly flow: string; readonly tick: string },
    pause?: { readonly message: string },
  ): void;
  /** Fields that are not as before, reported when that is new: paths are names. */
  drifted(at: DriftAt, fields: readonly { readonly path: string; readonly kind: string }[]): void;
  driftLost(at: DriftAt, fault: Fault): void;
  /** What is reported of a run beside its counts could not be kept. */
  notesLost(at: { readonly flow: string; readonly runId: number }, fault: Fault): void;
  defect(at: { readonly flow: string; readonly stage: string }, fault: Fault): void;
}

export interface DriftAt {
  readonly flow: string;
  readonly runId: number;
  readonly side: string;
  readonly connection: string;
  readonly resource: string;
}

/** What a guard said. */
export interface ApprovalNote {
  readonly code: string;
  readonly message: string;
}

/** The engine's events as log lines. */
export function createEngineLog(log: Logger): EngineLog {
  return {
    runStarted: (at) => log.info(at, 'run started'),
    runRead: (at) => log.info(at, 'run read'),
    runPutBack: (at) => log.info(at, 'run put back: paused before all of it was read'),
    runStopped: (at, { code, message }) => log.warn({ ...at, code, reason: message }, 'run stopped reading'),
    bulkPaused: (at, { code, message }) => log.warn({ ...at, code, reason: message }, 'set of errors paused'),
    stagingWaits: (at, { code, message }) =>
      log.warn({ ...at, code, reason: message }, 'the database is away: reading waits for it'),
    runAwaitsApproval: (at, { code, message }) =>
      log.warn({ ...at, code, reason: message }, 'run held for approval'),
    runSettled: (at, counts) => log.info({ ...at, ...counts }, 'run settled'),
    // Counted, and told of with the run: a line for each batch more says nothing new.
    recordsCounted: () => {},
    batchDelivered: (at) => log.debug(at, 'batch delivered'),
    batchPostponed: (at, { code, message }) => log.warn({ ...at, code, reason: message }, 'batch postponed'),
    laneFailed: (at, { code, message }) => log.error({ ...at, code, reason: message }, 'lane failed'),
    circuitOpened: (at, { code, message }) =>
      log.warn(
        { ...at, code, reason: message },
        'connection is away: its flows pause until a probe gets through',
      ),
    circuitClosed: (at) => log.info(at, 'connection is back'),
    tickSkipped: (at, pause) =>
      log.info(at, `tick skipped: ${pause ? pause.message : 'the flow is still at work'}`),
    drifted: (at, fields) =>
      log.warn(
        { ...drifting(at), fields: fields.slice(0, maxFields).map(({ path, kind }) => `${kind} ${path}`) },
        'fields are not as before: tradelane drift',
      ),
    notesLost: (at, { code, message }) => log.warn({ ...at, code, reason: message }, 'notes of a run lost'),
    driftLost: (at, { code, message }) =>
      log.warn({ ...drifting(at), code, reason: message }, 'what is not as before could not be kept'),
    defect: (at, { code, message, cause }) =>
      log.error(
        { ...at, code, reason: message, stack: cause instanceof Error ? cause.stack : undefined },
        'defect',
      ),
  };
}

const maxFields = 20;

function drifting({ flow, runId, side, connection, resource }: DriftAt) {
  return { run: runId, flow, side, resource: `${connection}.${resource}` };
}

export function createConnectorLog(log: Logger, connection: string): ConnectorLog {
  return {
    debug: (event, fields) => log.debug({ connection, ...fields }, event),
    warn: (event, fields) => log.warn({ connection, ...fields }, event),
  };
}
