import { toMessageTemplate } from '../../contract/cause/message-template.ts';
import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { maskText } from '../../schema/mask-text.ts';
import { type GapValue, loadCauses } from '../../store/errors/causes.ts';
import type { DeadLetter } from '../../store/errors/errors.ts';
import type { Database } from '../../store/postgres/database.ts';

type Told = Pick<DeadLetter, 'flow' | 'key' | 'at' | 'message' | 'answer' | 'about' | 'cause'>;

/**
 * What is said of errors for whoever may see values of the flows of `sees` only: of others, messages come with a gap for
 * each value, as their cause has them. That was found out with the record at hand; what the target said in its own words
 * beside that is left out.
 */
export async function coverTold<Each extends Told>(
  db: Database,
  errors: readonly Each[],
  sees: FlowScope,
): Promise<readonly Each[]> {
  const covered = errors.filter(({ flow }) => !isInScope(sees, flow));
  if (covered.length === 0) return errors;
  const ids = [...new Set(covered.flatMap(({ cause }) => cause ?? []))];
  const messages = new Map((await loadCauses(db, ids)).map(({ id, message }) => [id, message]));
  return errors.map((error) =>
    covered.includes(error) ? { ...error, ...coverOne(error, messages.get(error.cause ?? 0)) } : error,
  );
}

function coverOne({ key, at, message, answer, about }: Told, ofCause: string | undefined) {
  const names = about?.table === undefined ? [] : [about.table];
  const { message: _words, ...known } = answer ?? {};
  return {
    message: ofCause ?? toMessageTemplate(message, { key, at, names }).text,
    answer: answer && known,
    about: about && { ...about, ...(about.value !== undefined && { value: gap }) },
  };
}

/** As messages of causes have it. */
const gap = '…';

/** The commonest values of a cause by their form alone: how often each is met still tells something. */
export function coverGapValues(
  values: readonly GapValue[],
  flow: string,
  sees: FlowScope,
): readonly GapValue[] {
  if (isInScope(sees, flow)) return values;
  return values.map(({ value, count }) => ({ value: maskText(value), count }));
}
