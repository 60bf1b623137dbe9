import type { Forecast } from '../../engine/forecast/forecast-record.ts';

/** Errors that would fail again for one reason. */
export interface FailingAgain {
  readonly code: string;
  /** As one of them says it. */
  readonly message: string;
  /** The key of that one. */
  readonly key?: string;
  readonly count: number;
}

/** What would fail again, by code and message without its values; memory grows with the reasons, not with the records. */
export function watchFailing() {
  const reasons = new Map<string, FailingAgain>();
  let duplicates = 0;
  return {
    add: ({ fault, key }: Forecast): void => {
      if (fault === undefined) return;
      if (isDuplicate.has(fault.code)) duplicates += 1;
      const reason = `${fault.code} ${fault.message.replaceAll(/"[^"]*"|\d+/g, '')}`;
      const known = reasons.get(reason);
      const { code, message } = fault;
      const first = { code, message, ...(key !== undefined && { key }), count: 0 };
      reasons.set(reason, { ...(known ?? first), count: (known?.count ?? 0) + 1 });
    },
    told: () => ({
      duplicates,
      failing: [...reasons.values()].sort((a, b) => b.count - a.count).slice(0, mostReasons),
    }),
  };
}

/** The target has one by that key or id, or another record of ours has it. */
const isDuplicate: ReadonlySet<string> = new Set(['TL_TARGET_DUPLICATE', 'TL_TARGET_ID_TAKEN']);
const mostReasons = 100;
