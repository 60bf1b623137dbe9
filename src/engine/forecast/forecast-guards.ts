import type { Plan } from '../../workspace/compile/plan.ts';
import {
  type Allowance,
  allowanceExceeded,
  computeAllowances,
  errorRateExceeded,
} from '../approval/guards.ts';
import type { MappedItem } from '../line/item.ts';
import type { ForecastEffect } from './forecast-record.ts';

/** Watches a forecast as the guards of its flow would watch the run. */
export interface GuardWatch {
  /** Before these would be written. */
  add(changed: readonly MappedItem[], lastMeasureOf: (key: string) => string | undefined): void;
  /** After some records have been foreseen: the totals by now. */
  count(totals: Readonly<Record<ForecastEffect, number>>): void;
  /** Why the run would be held for approval, in the words of the flow; `undefined` if it would not. */
  tripped(): string | undefined;
}

export function watchGuards({ target, guards }: Plan): GuardWatch {
  const counted = new Map<Allowance['guard'], Set<string>>();
  let message: string | undefined;
  return {
    add: (changed, lastMeasureOf) => {
      for (const allowance of computeAllowances({ target, guards }, changed, lastMeasureOf)) {
        const keys = counted.get(allowance.guard) ?? new Set();
        counted.set(allowance.guard, keys);
        for (const key of allowance.keys) keys.add(key);
        message ??= allowanceExceeded(guards ?? {}, allowance, keys.size);
      }
    },
    count: (totals) => {
      const {
        create,
        update,
        upsert,
        delete: deleted,
        unchanged,
        filtered,
        superseded,
        blocked,
        fails,
      } = totals;
      const delivered = create + update + upsert + deleted;
      const counts = {
        delivered,
        unchanged,
        filtered,
        superseded,
        blocked,
        failed: fails,
        read: 0,
        pending: 0,
      };
      message ??= errorRateExceeded(guards ?? {}, counts);
    },
    tripped: () => message,
  };
}
