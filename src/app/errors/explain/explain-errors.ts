import type { DeadLetter } from '../../../store/errors/errors.ts';
import type { Database } from '../../../store/postgres/database.ts';
import { type ErrorMeaning, explainError } from './explain-error.ts';
import { loadFlowNames } from './flow-names.ts';

/** With what a clerk is told of it. */
export type Explanatory<Each> = Each & { readonly explanation: ErrorMeaning };

type Told = Pick<DeadLetter, 'code' | 'message' | 'at' | 'answer' | 'about' | 'id' | 'flow' | 'state'> & {
  /** Where it stands for all errors of a cause. */
  readonly ofCause?: number;
};

/** Each error with what it means. */
export async function explainErrors<Each extends Told>(
  db: Database,
  errors: readonly Each[],
): Promise<readonly Explanatory<Each>[]> {
  if (errors.length === 0) return [];
  const namesOf = await loadFlowNames(
    db,
    errors.map(({ flow }) => flow),
  );
  return errors.map((error) => {
    const { id, flow, state } = error;
    const { code, message, at, answer, about, ofCause: cause } = error;
    const names = namesOf(flow);
    const said = explainError({ code, message, at, answer, about, id, cause, names, standing: 'error' });
    const explanation =
      state === 'open' ? said : { sentence: said.sentence, next: `Nothing: ${settled[state]}.` };
    return { ...error, explanation };
  });
}

const settled = {
  replaying: 'it is being replayed',
  resolved: 'it is resolved',
  discarded: 'it was discarded',
} as const;
