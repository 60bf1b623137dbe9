import type { Counts } from '../../contract/outcome.ts';
import type { Run } from '../../store/runs/runs.ts';

/** A run as `--json` prints it. */
export interface RunDocument {
  readonly run: number;
  readonly flow: string;
  /** `waiting`: what is left cannot go on before something outside changes, a pause is over or a retry is due. */
  readonly status: Run['status'] | 'waiting';
  readonly counts: Counts;
  /** Of those unchanged: records that failed as they had before, whose errors are open still. */
  readonly stillOpen?: number;
  readonly durationMs: number;
  readonly fault?: { readonly code: string; readonly message: string };
}

export function toRunDocument(run: Run, now: number, waiting?: RunDocument['fault']): RunDocument {
  const end = run.endedAt?.getTime() ?? now;
  const fault = run.fault ?? waiting;
  return {
    run: run.id,
    flow: run.flow,
    status: waiting && isOpen(run, waiting) ? 'waiting' : run.status,
    counts: run.counts,
    ...(run.stillOpen > 0 && { stillOpen: run.stillOpen }),
    durationMs: Math.max(0, end - (run.startedAt ?? run.createdAt).getTime()),
    ...(fault && { fault: { code: fault.code, message: fault.message } }),
  };
}

/** One that was put back for a pause waits for that; else what is queued is still to begin. */
function isOpen({ status }: Run, { code }: { readonly code: string }): boolean {
  return status === 'running' || (status === 'queued' && code === 'TL_PAUSED');
}
