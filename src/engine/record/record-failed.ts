import type { Fault } from '../../contract/fault.ts';
import type { LineStep } from '../../contract/outcome.ts';
import { present } from '../../contract/present.ts';
import { keepErrors, type NewDeadLetter } from '../../store/errors/keep-errors.ts';
import { reopenErrors, resolveErrors } from '../../store/errors/replays.ts';
import { meetCauses } from '../../store/errors/take-causes.ts';
import { doubtDeliveries } from '../../store/line/deliveries.ts';
import { forgetMissing } from '../../store/line/forget-gone.ts';
import { beginDoubts, deleteReservedXrefs } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { sourceOf } from '../decisions/source-of.ts';
import { type Item, type ItemEnd, isFinal } from '../line/item.ts';
import type { Recording } from './recording.ts';

/**
 * Keeps what failed, and what is known of the target by it; settles the errors of replays that got through. Those of other
 * records come last of all, so that an error of this very batch is settled as well when a newer state of its record got
 * through. Returns what failed as it had before: the same version of its record, whose error is open still.
 */
export async function recordFailed(
  tx: Database,
  { plan, scope, ended }: Recording,
): Promise<ReadonlySet<ItemEnd>> {
  const failed = ended.filter((end) => end.outcome === 'failed');
  await deleteReservedXrefs(tx, scope, refusedKeys(ended));
  await beginDoubts(tx, scope, doubtsOf(ended));
  const { doubtful, missing } = unsureKeys(ended);
  await doubtDeliveries(tx, plan.flow, [...doubtful]);
  await forgetMissing(tx, {
    ...{ flow: plan.flow, scope, resource: plan.target.resource.name },
    records: [...missing].map((key) => ({ key, id: undefined })),
  });

  const replays = ended.filter((end) => end.item.record.errorId !== undefined && isFinal(end));
  await resolveErrors(
    tx,
    replays
      .filter((end) => end.outcome !== 'failed')
      .map(({ item, outcome }) => ({
        id: present(item.record.errorId, 'the error of a replay'),
        ...{ runId: item.runId, outcome },
      })),
  );

  const first = failed.filter(({ item }) => item.record.errorId === undefined);
  const letters = first.map((end) => ({
    ...toDeadLetter(end),
    source: sourceOf(end.item.record),
    replaces: replacesOlder(plan, end),
  }));
  const reopened = failed.flatMap((end) => {
    const id = end.item.record.errorId;
    return id === undefined ? [] : [{ ...toDeadLetter(end), id }];
  });
  await meetCauses(tx, plan.flow, letters, reopened);
  const again = await keepErrors(tx, plan.flow, letters);
  await reopenErrors(tx, plan.flow, reopened);
  return new Set(first.filter((_end, index) => again.has(index)));
}

/** Keys of which it is not certain what the target has. */
interface UnsureKeys {
  /** Should the record go back to what was delivered last, that may not be what the target has. */
  readonly doubtful: ReadonlySet<string>;
  /** The target has said that it does not have it. */
  readonly missing: ReadonlySet<string>;
}

export function unsureKeys(ended: readonly ItemEnd[]): UnsureKeys {
  const isMissing = (end: ItemEnd) => end.outcome === 'failed' && end.fault.code === 'TL_TARGET_NOT_FOUND';
  return {
    doubtful: new Set(keysOf(sentOf(ended).filter(({ isUnwritten }) => isUnwritten !== true))),
    missing: new Set(keysOf(ended.filter(isMissing))),
  };
}

type Sent = Extract<ItemEnd, { fault: Fault }>;

/** What was sent, as far as it did not get through. */
function sentOf(ended: readonly ItemEnd[]): readonly Sent[] {
  return ended.filter(
    (end): end is Sent => end.outcome === 'held' || (end.outcome === 'failed' && afterSending.has(end.stage)),
  );
}

const afterSending: ReadonlySet<LineStep> = new Set<LineStep>(['write', 'record']);

/**
 * Only a refusal proves that the target does not have it, or that nothing has ever been sent; not if the end of another
 * state of it is unknown.
 */
function refusedKeys(ended: readonly ItemEnd[]): readonly string[] {
  const sent = sentOf(ended);
  const unsure = new Set(keysOf(sent.filter(({ isUndone }) => isUndone !== true)));
  return keysOf(sent).filter((key) => !unsure.has(key));
}

/** Creates that were given up just now, or that are found open: from here on it is known how long to wait for them. */
function doubtsOf(ended: readonly ItemEnd[]): readonly { readonly key: string; readonly ms: number }[] {
  return ended.flatMap((end) =>
    'doubtMs' in end && end.doubtMs !== undefined ? [{ key: end.item.record.key, ms: end.doubtMs }] : [],
  );
}

/** Whose errors are settled: the same state, or a newer one, got through. What a person has settled did not. */
export function settledBy(plan: Plan, ended: readonly ItemEnd[]): readonly ItemEnd[] {
  const newest = new Map(ended.map((end) => [end.item.record.key, end]));
  return [...newest.values()].filter(
    (end) => passes.has(end.outcome) && !('stands' in end) && replacesOlder(plan, end),
  );
}

const passes: ReadonlySet<ItemEnd['outcome']> = new Set(['delivered', 'unchanged', 'filtered'] as const);

/**
 * Is what was read the state of something, which an earlier error about it only knew as it was before? An event,
 * created once and without a version, is not: each keeps its own error.
 */
function replacesOlder({ delivery, target }: Plan, { item }: ItemEnd): boolean {
  if (item.record.errorId !== undefined) return false;
  return delivery.mode === 'latest' || item.record.version !== undefined || target.write !== 'create';
}

function toDeadLetter({ item, stage, fault, made }: Extract<ItemEnd, { outcome: 'failed' }>): NewDeadLetter {
  const { errorId: _replayOf, stagedAs: _place, source: _source, made: sent, ...record } = item.record;
  const { code, message, at, about, answer } = fault;
  const said = { stage, code, message, at, about, answer, attempts: item.attempts + 1 };
  return { runId: item.runId, record, ...said, made: made ?? sent };
}

function keysOf(ends: readonly { readonly item: Item }[]): readonly string[] {
  return ends.map(({ item }) => item.record.key);
}
