import type { Found, Resource } from '../../../contract/connector.ts';
import { Fault, toFault } from '../../../contract/fault.ts';
import { present } from '../../../contract/present.ts';
import { quoteName, whyNoName } from '../../../contract/text/record-bounds.ts';
import type { Plan } from '../../../workspace/compile/plan.ts';
import { loadOwners } from '../../reference/taken-ids.ts';
import { aboutOf, verdictFor } from '../../verdict.ts';
import { askTarget } from '../../waiting/circuit.ts';
import { decideAtTarget } from '../decide/decide.ts';
import type { Answers, ForTarget, Knowledge } from '../decide/effect.ts';
import type { MappedItem } from '../item.ts';
import type { Line } from '../open-line.ts';

/** What it takes to ask a target: nothing of it can write. */
export type AskTools = Pick<Line, 'plan' | 'signal'>;

/** Asks the target for those that it must be asked for, and decides about them anew. */
export async function decideAsked(
  line: AskTools & Pick<Line, 'engine' | 'scope'>,
  effects: readonly ForTarget[],
  known: Knowledge,
): Promise<{ readonly effects: readonly ForTarget[]; readonly answers: Answers }> {
  const records = effects.flatMap((effect) => (effect.do === 'ask' ? [effect.record] : []));
  if (records.length === 0) return { effects, answers: new Map() };
  const answers = await findEach(line, records);
  const owners = await loadOwners(line.engine.db, line.scope, answers);
  const decided = decideAtTarget(line.plan, records, { ...known, answers, owners }).values();
  return {
    effects: effects.map((effect) =>
      effect.do === 'ask' ? present(decided.next().value, 'one effect a record') : effect,
    ),
    answers,
  };
}

type Find = NonNullable<Resource['find']>;

/** Looks records up at the target by their keys. Throws a Fault where that says nothing of any of them. */
export async function findEach(line: AskTools, records: readonly MappedItem[]): Promise<Answers> {
  const find = line.plan.target.resource.find;
  if (!find || records.length === 0) return new Map();
  try {
    const answers = await find(
      records.map(({ item }) => item.record.key),
      line.signal,
    );
    return new Map(records.map(({ item }, index) => [item, refuseNoId(line, answers[index])]));
  } catch (thrown) {
    // Stopped by ourselves: that says nothing of any record.
    line.signal.throwIfAborted();
    const fault = toFault(thrown);
    if (!isAboutOne(fault)) throw fault;
    if (aboutOf(fault) === 'unclear' && (await askTarget(line))) throw fault;
    if (records.length === 1) return new Map(records.map(({ item }) => [item, fault]));
    if (isOfAll(fault) && (await areAll(line, find, records))) throw fault;
    // One key among them spoils the answer for all (there are two of it, say): ask for each by itself.
    return new Map(
      await Promise.all(
        records.map(async (record) => [record.item, await findOne(line, find, record)] as const),
      ),
    );
  }
}

/** A question that is forbidden or wrong is so for most keys; only the answer to this one or that is too large. */
function isOfAll({ kind, code }: Fault): boolean {
  return kind === 'config' && code !== 'TL_SYSTEM_RESPONSE_TOO_LARGE';
}

/** Are a few of them, from all over the batch, misconfigured each by itself, so that it is not this key or that which is meant? */
async function areAll(line: AskTools, find: Find, records: readonly MappedItem[]): Promise<boolean> {
  const some = [records[0], records[Math.floor(records.length / 2)], records.at(-1)];
  for (const record of new Set(some)) {
    const answer = record && (await findOne(line, find, record));
    if (!(answer instanceof Fault) || answer.kind !== 'config') return false;
  }
  return true;
}

async function findOne(line: AskTools, find: Find, { item }: MappedItem): Promise<Found | Fault | undefined> {
  try {
    return refuseNoId(line, (await find([item.record.key], line.signal))[0]);
  } catch (thrown) {
    line.signal.throwIfAborted();
    const fault = toFault(thrown);
    if (!isAboutOne(fault)) throw fault;
    return fault;
  }
}

/** An id that cannot be kept is none that anything could be done with. */
function refuseNoId({ plan }: AskTools, hit: Found | undefined): Found | Fault | undefined {
  return (hit && faultOfId(plan, hit.id)) ?? hit;
}

/** Why an id that the target gives cannot be kept; `undefined` if it can. */
export function faultOfId({ target }: Plan, id: string): Fault | undefined {
  const why = whyNoName(id);
  if (why === undefined) return undefined;
  const message = `${target.connection}.${target.resource.name}: the id ${quoteName(id)} that it gives ${why}`;
  return new Fault('TL_KEY_INVALID', message);
}

/** May it be that the system only minds one of the keys? */
function isAboutOne(fault: Fault): boolean {
  return verdictFor(fault).do === 'park' || aboutOf(fault) === 'unclear';
}
