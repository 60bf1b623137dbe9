import type { DeadLetter } from '../../../store/errors/errors.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import { type ErrorMeaning, explainError } from './explain-error.ts';
import { flowNames } from './flow-names.ts';

/** With what a clerk is told of it. */
export type Explanatory<Each> = Each & { readonly explanation: ErrorMeaning };

type Told = Pick<DeadLetter, 'code' | 'message' | 'at' | 'answer' | 'id' | 'flow' | 'state'>;

/** Each error with what it means. */
export async function explainErrors<Each extends Told>(
  open: Pick<OpenDatabase, 'findWorkspace'>,
  errors: readonly Each[],
): Promise<readonly Explanatory<Each>[]> {
  if (errors.length === 0) return [];
  const explain = await loadExplainer(open);
  return errors.map((error) => ({ ...error, explanation: explain(error) }));
}

/** What errors mean, in the names of the workspace as it is now. */
export async function loadExplainer({
  findWorkspace,
}: Pick<OpenDatabase, 'findWorkspace'>): Promise<(error: Told) => ErrorMeaning> {
  const workspace = await findWorkspace();
  return ({ code, message, at, answer, id, flow, state }) => {
    const names = flowNames(workspace, flow);
    const said = explainError({ code, message, at, answer, id, names, standing: 'error' });
    if (state === 'open') return said;
    return { sentence: said.sentence, next: `Nothing: ${settled[state]}.` };
  };
}

const settled = {
  replaying: 'it is being replayed',
  resolved: 'it is resolved',
  discarded: 'it was discarded',
} as const;
