import type { Found, Resource } from '../contract/connector.ts';
import { Fault, toFault } from '../contract/fault.ts';
import type { Xref } from '../store/xrefs.ts';
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

/** Decides what to do with each record, looking up at the target only those that it must. */
export async function planEffects(
  line: Line,
  records: readonly Mapped[],
  xrefs: ReadonlyMap<string, Xref>,
): Promise<readonly Effect[]> {
  const { resource, write } = line.plan.target;
  const idOf = ({ item }: Mapped) => xrefs.get(item.record.key)?.targetId;
  const isReserved = (record: Mapped) => xrefs.has(record.item.record.key) && idOf(record) === undefined;
  if (write === 'create') {
    const found = await findEach(line, records.filter(isReserved));
    return records.map((record) =>
      idOf(record) === undefined ? toCreate(record, found.get(record)) : { do: 'nothing', record },
    );
  }
  if (write === 'upsert' && !resource.upsert) {
    const found = await findEach(
      line,
      records.filter((record) => idOf(record) === undefined),
    );
    return records.map((record) => toUpsert(record, { known: idOf(record), hit: found.get(record) }));
  }
  return records.map((record) => ({ do: write, record, ...withId(idOf(record) ?? keyAsId(line, record)) }));
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
function keyAsId({ plan }: Line, { item }: Mapped): string | undefined {
  return plan.target.resource.find ? undefined : item.record.key;
}

type Find = NonNullable<Resource['find']>;

async function findEach(
  line: Line,
  records: readonly Mapped[],
): Promise<ReadonlyMap<Mapped, Found | Fault | undefined>> {
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

async function findOne(line: Line, find: Find, { item }: Mapped): Promise<Found | Fault | undefined> {
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
