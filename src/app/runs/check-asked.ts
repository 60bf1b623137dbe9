import { Fault } from '../../contract/fault.ts';
import { readMoment } from '../../mapping/moments/moment.ts';
import type { RunOptions } from '../../store/runs/runs.ts';

/** Throws a Fault TL_ARGUMENT_INVALID for a time that is none. It stays as it was given: its zone is the source's affair. */
export function checkAsked(asked: Pick<RunOptions, 'since' | 'until'>): void {
  for (const name of ['since', 'until'] as const) {
    const text = asked[name];
    if (text === undefined) continue;
    if (/^\d{4}-/.test(text) && readMoment(text, 'UTC') !== undefined) continue;
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `${name} must be a time such as 2026-11-20 or 2026-11-20T08:30:00Z, got "${text}"`,
    );
  }
}
