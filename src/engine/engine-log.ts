import type { Fault } from '../contract/fault.ts';
import type { Counts } from '../contract/outcome.ts';
import type { RunStatus } from '../store/runs.ts';

/** The engine's named events. Ids, codes and numbers, never payloads. */
export interface EngineLog {
  runStarted(at: { readonly run: number; readonly flow: string }): void;
  runRead(at: { readonly run: number; readonly flow: string; readonly records: number }): void;
  runStopped(at: { readonly run: number; readonly flow: string }, fault: Fault): void;
  runSettled(
    at: { readonly run: number; readonly flow: string; readonly status: RunStatus },
    counts: Counts,
  ): void;
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
  tickSkipped(at: { readonly flow: string; readonly tick: string }): void;
  defect(at: { readonly flow: string; readonly stage: string }, fault: Fault): void;
}
