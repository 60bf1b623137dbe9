import type { RunDocument } from './run-document.ts';

/**
 * How something ended that a person asked for. `findings`: done, but something is open; `failed`: it could not be done,
 * or not to its end.
 */
export type Ending = 'clean' | 'findings' | 'failed';

/** How a look at files ended: they may be such that nothing can be said with them. */
export type FilesEnding = 'clean' | 'findings' | 'invalid';

const order: readonly Ending[] = ['clean', 'findings', 'failed'];

/** Of none: `clean`. */
export function worstOf(endings: readonly Ending[]): Ending {
  return endings.reduce<Ending>(
    (worst, ending) => (order.indexOf(ending) > order.indexOf(worst) ? ending : worst),
    'clean',
  );
}

export function endingOf({ status }: RunDocument): Ending {
  if (status === 'failed' || status === 'waiting' || status === 'held') return 'failed';
  return status === 'succeeded' ? 'clean' : 'findings';
}

/** That an earlier run was cut short does not matter any more, once its records have come to their end. */
export function endingOfEarlier({ status, counts, stillOpen = 0 }: RunDocument): Ending {
  if (status === 'waiting' || status === 'held') return 'failed';
  return counts.failed + counts.blocked + stillOpen > 0 ? 'findings' : 'clean';
}
