/**
 * Says whether the promises held, from what both sides have on record. It knows nothing of the engine: its input is
 * what the source held, what the target committed and in which order, and the counts of the runs.
 */
export interface Evidence {
  readonly flows: readonly FlowEvidence[];
  readonly runs: readonly RunRow[];
}

export interface FlowEvidence {
  readonly flow: string;
  /** What the source held at the end, of what the flow wants: the state that has to have arrived, by key. */
  readonly wanted: ReadonlyMap<string, State>;
  /** What clients changed at the target, in the order in which the target committed it. */
  readonly effects: readonly Effect[];
  /** What the target holds at the end: two of one key are two records there. */
  readonly held: readonly ({ readonly key: string } & State)[];
  /** Keys that an open error accounts for. */
  readonly inErrors: ReadonlySet<string>;
  /** What history says was given to the target, or tried to; absent: history is not asked. */
  readonly steps?: readonly Step[];
}

/** Something that the engine did about a record, as history tells it. */
export interface Step {
  readonly key: string;
  /** The source's version of the record. */
  readonly version?: number;
}

/** The version grows with every change at the source; where there is none, the content has to be equal. */
export interface State {
  readonly version?: number;
  readonly content?: string;
}

export interface Effect {
  readonly key: string;
  readonly action: 'create' | 'update' | 'delete';
  /** The source's version that was written, where the effect shows it. */
  readonly version?: number;
}

export interface RunRow {
  readonly id: number;
  readonly flow: string;
  readonly read: number;
  /** Everything that became of what was read, what still waits included, by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface Violations {
  readonly lost: readonly string[];
  readonly duplicates: readonly string[];
  readonly outOfOrder: readonly string[];
  readonly unbalanced: readonly string[];
  /** Effects at the target that history tells nothing of. */
  readonly untold: readonly string[];
}

export function check({ flows, runs }: Evidence): Violations {
  return {
    lost: flows.flatMap(findLost),
    duplicates: flows.flatMap(findDuplicates),
    outOfOrder: flows.flatMap(findOutOfOrder),
    unbalanced: runs.flatMap(findUnbalanced),
    untold: flows.flatMap(findUntold),
  };
}

export function isClean(violations: Violations): boolean {
  return Object.values(violations).every((found) => found.length === 0);
}

function findLost({ flow, wanted, held, inErrors }: FlowEvidence): readonly string[] {
  const byKey = new Map(held.map((record) => [record.key, record]));
  return [...wanted].flatMap(([key, state]) => {
    if (inErrors.has(key)) return [];
    const there = byKey.get(key);
    if (!there) return [`${flow} ${key}: not at the target`];
    if (state.version !== undefined && (there.version ?? state.version) < state.version) {
      return [`${flow} ${key}: the target has version ${there.version}, the source ${state.version}`];
    }
    if (state.content !== undefined && there.content !== state.content) {
      return [`${flow} ${key}: the target has "${there.content}", the source "${state.content}"`];
    }
    return [];
  });
}

function findDuplicates({ flow, effects, held }: FlowEvidence): readonly string[] {
  const alive = new Map<string, number>();
  const most = new Map<string, number>();
  for (const { key, action } of effects) {
    if (action === 'update') continue;
    const now = Math.max(0, (alive.get(key) ?? 0) + (action === 'create' ? 1 : -1));
    alive.set(key, now);
    most.set(key, Math.max(most.get(key) ?? 0, now));
  }
  for (const [key, records] of Map.groupBy(held, (record) => record.key)) {
    most.set(key, Math.max(most.get(key) ?? 0, records.length));
  }
  return [...most].flatMap(([key, times]) => (times > 1 ? [`${flow} ${key}: made ${times} times`] : []));
}

function findOutOfOrder({ flow, effects }: FlowEvidence): readonly string[] {
  const newest = new Map<string, number>();
  return effects.flatMap(({ key, action, version }) => {
    if (action === 'delete') newest.delete(key);
    if (version === undefined) return [];
    const before = newest.get(key) ?? version;
    newest.set(key, Math.max(before, version));
    return version < before ? [`${flow} ${key}: version ${version} was written after ${before}`] : [];
  });
}

/** An effect that shows its version has a step with that very version; any other, one with its key. */
function findUntold({ flow, effects, steps }: FlowEvidence): readonly string[] {
  if (steps === undefined) return [];
  const told = new Set(steps.flatMap(({ key, version }) => [key, `${key} ${version}`]));
  return effects.flatMap(({ key, action, version }) => {
    if (told.has(version === undefined ? key : `${key} ${version}`)) return [];
    return [`${flow} ${key}: ${action} of version ${version ?? 'unknown'} has no step in history`];
  });
}

function findUnbalanced({ id, flow, read, outcomes }: RunRow): readonly string[] {
  const counts = Object.entries(outcomes);
  const sum = counts.reduce((total, [, count]) => total + count, 0);
  if (sum === read && counts.every(([, count]) => count >= 0)) return [];
  const listed = counts.filter(([, count]) => count !== 0).map(([name, count]) => `${name} ${count}`);
  return [`run ${id} of ${flow}: read ${read}, but ${listed.join(' + ') || 'nothing'}`];
}
