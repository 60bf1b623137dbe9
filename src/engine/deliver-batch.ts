import { hash } from 'node:crypto';
import { type Fault, toFault } from '../contract/fault.ts';
import type { Stage } from '../contract/outcome.ts';
import type { Delivery } from '../store/deliveries.ts';
import { findReplaying } from '../store/keep-errors.ts';
import { type KnownKeys, loadKnownKeys } from '../store/known-keys.ts';
import { loadXrefs } from '../store/xrefs.ts';
import { compareVersions } from './compare-versions.ts';
import { holdOrFail } from './hold-or-fail.ts';
import { passGuards } from './hold-run.ts';
import type { Ended, Item, Mapped } from './item.ts';
import type { Line } from './line.ts';
import { mapOrMissing } from './map-or-missing.ts';
import { verdictFor } from './verdict.ts';
import { writeRecords } from './write-records.ts';
import { createXrefLookup } from './xref-lookup.ts';

/**
 * The line: source records in, an end for each out. The stages stand in the order of the words in a flow file.
 * A record leaves the line at the stage that ends it. No key occurs twice among the items.
 *
 * Throws a Fault where the target could not be reached at all: then nothing was written, and all of it waits.
 * @param earlier - what was delivered just before and is not recorded yet.
 */
export async function deliverBatch(
  line: Line,
  items: readonly Item[],
  earlier: ReadonlyMap<string, Delivery> = none,
): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  const known = loadKnown(line, items);
  const records = await convert(line, await withoutSettled(line, items, ended), ended);
  const wanted = await filter(line, records, ended);
  const mapped = await map(line, wanted, ended);
  const payloads = await validate(line, mapped, ended);
  const { deliveries, xrefs } = await known;
  const changed = compare({ payloads, earlier, recorded: deliveries }, ended);
  if (line.plan.guards) await passGuards(line, { payloads, changed, earlier, recorded: deliveries });
  ended.push(...(await writeRecords(line, changed, xrefs)));
  return ended;
}

/** Asked for first: the answer comes while the records are mapped. */
function loadKnown({ engine, plan, scope }: Line, items: readonly Item[]): Promise<KnownKeys> {
  const keys = items.map(({ record }) => record.key);
  const known = loadKnownKeys(engine.db, { flow: plan.flow, scope }, keys);
  // What fails meanwhile is met where it is waited for.
  known.catch(() => {});
  return known;
}

/** A replay whose error is closed by now: a newer state of the record got through, or somebody decided against it. */
async function withoutSettled(line: Line, items: readonly Item[], ended: Ended[]): Promise<readonly Item[]> {
  const ids = items.flatMap(({ record }) => record.errorId ?? []);
  if (ids.length === 0) return items;
  const replaying = await findReplaying(line.engine.db, ids);
  return items.filter((item) => {
    if (item.record.errorId === undefined || replaying.has(item.record.errorId)) return true;
    ended.push({ item, outcome: 'superseded' });
    return false;
  });
}

const none: ReadonlyMap<string, Delivery> = new Map();

interface Along {
  readonly item: Item;
  readonly value: unknown;
}

/** Native record → the record that the flow's expressions see. */
async function convert(line: Line, items: readonly Item[], ended: Ended[]): Promise<readonly Along[]> {
  const inputs = items.map((item) => ({ item }));
  return await each('map', line, inputs, ended, async ({ item }) => ({
    item,
    value: await line.plan.steps.toRecord(item.record.native),
  }));
}

async function filter(line: Line, records: readonly Along[], ended: Ended[]): Promise<readonly Along[]> {
  const wants = line.plan.steps.filter;
  if (!wants) return records;
  return await each('filter', line, records, ended, async (along) => {
    if (await wants(along.value)) return along;
    ended.push({ item: along.item, outcome: 'filtered' });
    return undefined;
  });
}

async function map(line: Line, records: readonly Along[], ended: Ended[]): Promise<readonly Along[]> {
  const xref = createXrefLookup((entity, ids) => loadXrefs(line.engine.db, { ...line.scope, entity }, ids));
  return await each('map', line, records, ended, async ({ item, value }) => {
    const mapped = await mapOrMissing(line.plan, value, { xref });
    if ('value' in mapped) return { item, value: mapped.value };
    ended.push(
      'missing' in mapped
        ? { item, outcome: 'blocked', missing: mapped.missing }
        : { item, outcome: 'filtered', reason: mapped.skipped },
    );
    return undefined;
  });
}

/** The entity against its schema, then the target's own form of it against the target's. */
async function validate(line: Line, records: readonly Along[], ended: Ended[]): Promise<readonly Mapped[]> {
  const { validateEntity, measure, toPayload, validatePayload } = line.plan.steps;
  return await each('validate', line, records, ended, async ({ item, value }) => {
    validateEntity?.(value);
    const payload = await toPayload(value);
    validatePayload?.(payload);
    const fingerprint = hash('sha256', JSON.stringify(payload) ?? 'null', 'hex');
    const measured = measure && (await measure(value));
    return { item, payload, fingerprint, ...(measured !== undefined && { measure: measured }) };
  });
}

/** What the target already has, and what is older than what it has, is not written. */
function compare(
  {
    payloads,
    earlier,
    recorded,
  }: {
    readonly payloads: readonly Mapped[];
    readonly earlier: ReadonlyMap<string, Delivery>;
    readonly recorded: ReadonlyMap<string, Delivery>;
  },
  ended: Ended[],
): readonly Mapped[] {
  return payloads.filter(({ item, fingerprint }) => {
    const before = earlier.get(item.record.key) ?? recorded.get(item.record.key);
    if (!before) return true;
    const { version } = item.record;
    const isOlder =
      version !== undefined && before.version !== undefined && compareVersions(version, before.version) < 0;
    if (!isOlder && before.fingerprint !== fingerprint) return true;
    ended.push({ item, outcome: isOlder ? 'superseded' : 'unchanged' });
    return false;
  });
}

/** Runs a step for each; what throws ends there, with the stage's name and the fault. */
async function each<T extends { readonly item: Item }, R>(
  stage: Stage,
  line: Line,
  inputs: readonly T[],
  ended: Ended[],
  step: (input: T) => Promise<R | undefined>,
): Promise<readonly R[]> {
  const results = await Promise.all(
    inputs.map(async (input) => {
      try {
        return await step(input);
      } catch (thrown) {
        const fault = toFault(thrown);
        // Nothing can be recorded either: all of it waits, and no attempt of the record's is used up.
        if (fault.code === 'TL_STORE_UNAVAILABLE') throw fault;
        ended.push(endedAt(line, input.item, { stage, fault }));
        return undefined;
      }
    }),
  );
  return results.filter((result) => result !== undefined);
}

function endedAt(line: Line, item: Item, at: { readonly stage: Stage; readonly fault: Fault }): Ended {
  if (verdictFor(at.fault).do !== 'park') return holdOrFail(line, item, at.fault);
  if (at.fault.kind === 'defect') line.engine.log.defect({ flow: line.plan.flow, stage: at.stage }, at.fault);
  return { item, outcome: 'failed', stage: at.stage, fault: at.fault };
}
