import type { Counts } from '../../contract/outcome.ts';
import { isChangeAbove, isShareAbove } from '../../mapping/decimals.ts';
import type { GuardedKeys } from '../../store/runs/guards.ts';
import type { GuardsPlan, Plan } from '../../workspace/compile/plan.ts';
import type { MappedItem } from '../line/item.ts';

/** What a guard counts before a batch is written, and how many of it a run may have. */
export interface Allowance extends GuardedKeys {
  readonly allowed: number;
}

/** Fewer outcomes than this say nothing about a run: one failure of the first two is no error rate. */
const fewestOutcomes = 20;

/** What of a batch counts towards its run's guards: nothing, mostly. Nothing is written or counted by this. */
export function computeAllowances(
  { target, guards }: Pick<Plan, 'target' | 'guards'>,
  changed: readonly MappedItem[],
  lastMeasureOf: (key: string) => string | undefined,
): readonly Allowance[] {
  const all: Allowance[] = [];
  const add = (allowance: Allowance) => allowance.keys.length > 0 && all.push(allowance);
  if (guards?.maxDeletes !== undefined && target.write === 'delete') {
    add({ guard: 'maxDeletes', keys: keysOf(changed), allowed: guards.maxDeletes });
  }
  if (guards?.maxChange) {
    const { byPercent, records } = guards.maxChange;
    const suspicious = changed.filter(({ item, measure }) => {
      const from = lastMeasureOf(item.record.key);
      return from !== undefined && measure !== undefined && isChangeAbove({ from, to: measure }, byPercent);
    });
    add({ guard: 'maxChange', keys: keysOf(suspicious), allowed: records });
  }
  return all;
}

/** Why a run is held, in the words of the flow; `undefined` if it is not. `total`: those of the whole run by now. */
export function allowanceExceeded(
  { maxChange }: GuardsPlan,
  { guard, keys, allowed }: Allowance,
  total: number,
): string | undefined {
  if (total <= allowed) return undefined;
  if (guard === 'maxDeletes') return `would delete ${records(total)}; guards.maxDeletes allows ${allowed}`;
  const what = `would change ${records(total)} by more than ${maxChange?.byPercent}%, "${keys[0]}" among them`;
  return `${what}; guards.maxChange allows ${allowed === 0 ? 'none' : allowed}`;
}

/** Why a run is held for what has failed of it by now; `undefined` if it is not. */
export function errorRateExceeded(
  { maxErrorRatePercent }: GuardsPlan,
  { failed, delivered, unchanged, filtered, superseded, blocked }: Counts,
): string | undefined {
  const whole = failed + delivered + unchanged + filtered + superseded + blocked;
  if (maxErrorRatePercent === undefined || whole < fewestOutcomes) return undefined;
  if (!isShareAbove({ part: failed, whole }, maxErrorRatePercent)) return undefined;
  return `${failed} of ${records(whole)} failed; guards.maxErrorRate allows ${maxErrorRatePercent}%`;
}

function records(count: number): string {
  return `${count} record${count === 1 ? '' : 's'}`;
}

function keysOf(some: readonly MappedItem[]): readonly string[] {
  return some.map(({ item }) => item.record.key);
}
