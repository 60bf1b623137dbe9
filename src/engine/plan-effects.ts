import type { Found, Resource } from '../contract/connector.ts';
import { Fault, toFault } from '../contract/fault.ts';
import type { Xref } from '../store/xrefs.ts';
import type { Plan } from '../workspace/plan.ts';
import { askTarget } from './circuit.ts';
import type { Mapped } from './item.ts';
import type { Line } from './line.ts';
import { aboutOf, verdictFor } from './verdict.ts';

export const writes = ['update', 'upsert', 'delete', 'create'] as const;

/** What is done at the target about one record. */
export type Effect =
  | {
      readonly do: (typeof writes)[number];
      readonly record: Mapped;
      readonly id?: string;
      readonly etag?: string;
    }
  /** An earlier attempt did create it, and only its reply was lost. */
  | { readonly do: 'confirm'; readonly record: Mapped; readonly id: string }
  /** Already as it should be. */
  | { readonly do: 'nothing'; readonly record: Mapped }
  | { readonly do: 'fail'; readonly record: Mapped; readonly fault: Fault };

/** What it takes to ask a target: nothing of it can write. */
export type Asking = Pick<Line, 'plan' | 'signal'>;

/** Answers of the target by record; a Fault where it could not answer for that one alone. */
export type Answers = ReadonlyMap<Mapped, Found | Fault | undefined>;

/** Decides what to do with each record, looking up at the target only those that it must. */
export async function planEffects(
  line: Line,
  records: readonly Mapped[],
  xrefs: ReadonlyMap<string, Xref>,
): Promise<{ readonly effects: readonly Effect[]; readonly answers: Answers }> {
  const { target } = line.plan;
  const answers = await findEach(
    line,
    records.filter((record) => mustAsk(target, record, xrefs)),
  );
  return { effects: decideEffects(target, records, { xrefs, answers }), answers };
}

/** Is the target asked for a record before it is decided what to do with it? */
function mustAsk(
  { resource, write }: Plan['target'],
  { item }: Mapped,
  xrefs: ReadonlyMap<string, Xref>,
): boolean {
  const xref = xrefs.get(item.record.key);
  if (xref?.targetId !== undefined) return false;
  if (write === 'create') return xref !== undefined;
  return write === 'upsert' && !resource.upsert;
}

/** What to do with each record, once the target has been asked for those that it must be asked for. */
export function decideEffects(
  target: Plan['target'],
  records: readonly Mapped[],
  { xrefs, answers }: { readonly xrefs: ReadonlyMap<string, Xref>; readonly answers: Answers },
): readonly Effect[] {
  const { resource, write } = target;
  return records.map((record) => {
    const known = xrefs.get(record.item.record.key)?.targetId;
    const hit = mustAsk(target, record, xrefs) ? answers.get(record) : undefined;
    if (write === 'create') return known === undefined ? toCreate(record, hit) : { do: 'nothing', record };
    if (write === 'upsert' && !resource.upsert) return toUpsert(record, { known, hit });
    return { do: write, record, ...withId(known ?? keyAsId(target, record)) };
  });
}

function toCreate(record: Mapped, hit: Found | Fault | undefined): Effect {
  if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
  return hit ? { do: 'confirm', record, id: hit.id } : { do: 'create', record };
}

/**
 * What was known to be at the target is updated even if it is gone: that fails, and a person decides. To create it
 * anew would make a second one of an order that has only been posted or archived.
 */
function toUpsert(
  record: Mapped,
  { known, hit }: { readonly known: string | undefined; readonly hit: Found | Fault | undefined },
): Effect {
  if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
  const id = hit?.id ?? known;
  if (id === undefined) return { do: 'create', record };
  return { do: 'update', record, id, ...(hit?.etag !== undefined && { etag: hit.etag }) };
}

/** Where nothing can be looked up, the key is the only id there is. */
function keyAsId({ resource }: Plan['target'], { item }: Mapped): string | undefined {
  return resource.find ? undefined : item.record.key;
}

type Find = NonNullable<Resource['find']>;

/** Looks records up at the target by their keys. Throws a Fault where that says nothing of any of them. */
export async function findEach(line: Asking, records: readonly Mapped[]): Promise<Answers> {
  const find = line.plan.target.resource.find;
  if (!find || records.length === 0) return new Map();
  try {
    const answers = await find(
      records.map(({ item }) => item.record.key),
      line.signal,
    );
    return new Map(records.map((record, index) => [record, answers[index]]));
  } catch (thrown) {
    // Stopped by ourselves: that says nothing of any record.
    line.signal.throwIfAborted();
    const fault = toFault(thrown);
    if (!isAboutOne(fault)) throw fault;
    if (aboutOf(fault) === 'unclear' && (await askTarget(line))) throw fault;
    if (records.length === 1) return new Map(records.map((record) => [record, fault]));
    // One key among them spoils the answer for all (there are two of it, say): ask for each by itself.
    return new Map(
      await Promise.all(records.map(async (record) => [record, await findOne(line, find, record)] as const)),
    );
  }
}

async function findOne(line: Asking, find: Find, { item }: Mapped): Promise<Found | Fault | undefined> {
  try {
    return (await find([item.record.key], line.signal))[0];
  } catch (thrown) {
    line.signal.throwIfAborted();
    const fault = toFault(thrown);
    if (!isAboutOne(fault)) throw fault;
    return fault;
  }
}

/** May it be that the system only minds one of the keys? */
function isAboutOne(fault: Fault): boolean {
  return verdictFor(fault).do === 'park' || aboutOf(fault) === 'unclear';
}

export function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
