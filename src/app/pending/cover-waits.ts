import { toMessageTemplate } from '../../contract/cause/message-template.ts';
import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { FaultNote } from '../../store/runs/runs.ts';
import { loadHeldNatives } from '../../store/waiting/held.ts';

interface Waiting {
  readonly flow: string;
  readonly key?: string;
  readonly fault: FaultNote | null;
}

/** Why something waits, for whoever may see values of the flows of `sees` only: of others, with a gap for each value. */
export async function coverWaits<Each extends Waiting>(
  db: Database,
  waits: readonly Each[],
  sees: FlowScope,
): Promise<readonly Each[]> {
  const covered = waits.filter(({ flow, fault }) => fault !== null && !isInScope(sees, flow));
  const keyed = covered.flatMap(({ flow, key }) => (key === undefined ? [] : [{ flow, key }]));
  const natives = keyed.length === 0 ? [] : await loadHeldNatives(db, keyed);
  return waits.map((wait) => {
    const { flow, key, fault } = wait;
    if (fault === null || !covered.includes(wait)) return wait;
    const record = natives
      .filter((each) => each.flow === flow && each.key === key)
      .map(({ native }) => native);
    return { ...wait, fault: { ...fault, message: toMessageTemplate(fault.message, { key, record }).text } };
  });
}
