import { approveRun, rejectRun } from '../../engine/approval/decide-approval.ts';
import type { Runtime } from '../engine/runtime.ts';

/** A held run goes on, with its guards off. Throws a Fault TL_CONFLICT if it is not held. */
export async function approveHeldRun(
  { engine }: Pick<Runtime, 'engine'>,
  { run, by }: { readonly run: number; readonly by: string },
): Promise<{ readonly run: number; readonly approved: true }> {
  await approveRun(engine, run, by);
  return { run, approved: true };
}

/**
 * A held run ends, and what is left of it goes to the errors whole; returns how many records that were. Throws a Fault
 * TL_CONFLICT if it is not held.
 */
export async function rejectHeldRun(
  { engine }: Pick<Runtime, 'engine'>,
  { run, ...decision }: { readonly run: number; readonly by: string; readonly reason: string },
): Promise<{ readonly run: number; readonly rejected: number }> {
  const { rejected } = await rejectRun(engine, run, decision);
  return { run, rejected };
}
