import { type Decision, findDecisions, loadDecidedRecords } from '../../store/errors/decisions.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { fingerprintOf } from '../line/decide/compare-payload.ts';
import { isOlder } from '../line/decide/compare-versions.ts';
import type { Item, ItemEnd } from '../line/item.ts';
import { type PassResult, passRecord } from '../line/pass-record.ts';
import type { XrefLookup } from '../line/xref-lookup.ts';
import { sourceOf } from './source-of.ts';

/** What it takes to heed decisions: nothing of it can write. */
export interface DecisionTools {
  readonly db: Database;
  readonly plan: Plan;
  readonly xref: XrefLookup;
}

/** Records as they go on: those that a person patched with the patch, without those that were settled by hand. */
export interface DecidedRecords {
  readonly items: readonly Item[];
  readonly ended: readonly StandingEnd[];
}

export type StandingEnd = Extract<ItemEnd, { outcome: 'filtered' | 'unchanged' | 'superseded' }>;

/**
 * What people have decided about records stands for as long as the source shows the version that they decided about:
 * the same content; or, where it is not known to be newer, something of which the flow makes the same. What only says
 * when a record was exported, or where its pictures lie, makes no other version of it.
 *
 * A replay is a decision itself, and a later one.
 */
export async function heedDecisions(heeding: DecisionTools, items: readonly Item[]): Promise<DecidedRecords> {
  const judged = await judgeEach(heeding, items);
  return {
    items: judged.flatMap((each) => ('item' in each ? [each.item] : [])),
    ended: judged.flatMap((each) => ('ended' in each ? [each.ended] : [])),
  };
}

/** The same, one for one. */
export async function judgeEach(heeding: DecisionTools, items: readonly Item[]): Promise<readonly Judged[]> {
  const keys = items.flatMap(({ record }) => (record.errorId === undefined ? [record.key] : []));
  const found = await findDecisions(heeding.db, heeding.plan.flow, [...new Set(keys)]);
  if (found.length === 0) return items.map((item) => ({ item }));
  const byKey = Map.groupBy(found, ({ key }) => key);
  return await Promise.all(
    items.map(async (item) => {
      const decisions = item.record.errorId === undefined ? byKey.get(item.record.key) : undefined;
      return decisions ? await judge(heeding, item, decisions) : { item };
    }),
  );
}

type Judged = { readonly item: Item } | { readonly ended: StandingEnd };

async function judge(heeding: DecisionTools, item: Item, decisions: readonly Decision[]): Promise<Judged> {
  const standing = await findStanding(heeding, item.record, decisions);
  if (!standing) {
    const overrides = decisions
      .filter((each) => each.overriddenAt === undefined && isNewState(heeding.plan, item.record, each))
      .map(({ id }) => id);
    return { item: overrides.length === 0 ? item : { ...item, decided: { overrides, stands: [] } } };
  }
  const decided = { overrides: [], stands: standing.overriddenAt === undefined ? [] : [standing.id] };
  switch (standing.kind) {
    case 'discarded':
      return {
        ended: { item: { ...item, decided }, outcome: 'filtered', reason: tell(standing), stands: true },
      };
    case 'resolved':
      return {
        ended: { item: { ...item, decided }, outcome: 'unchanged', reason: tell(standing), stands: true },
      };
    case 'patched': {
      const patched = (await loadDecidedRecords(heeding.db, [standing.id])).get(standing.id)?.patched;
      const record = { ...item.record, native: patched, source: standing.source };
      return { item: { ...item, record, decided: { ...decided, patch: tell(standing) } } };
    }
  }
}

async function findStanding(
  heeding: DecisionTools,
  record: StagedRecord,
  decisions: readonly Decision[],
): Promise<Decision | undefined> {
  const source = sourceOf(record);
  const same = decisions.find((each) => each.source === source);
  if (same) return same;
  for (const each of decisions.toReversed()) {
    if (each.overriddenAt !== undefined || !isNewState(heeding.plan, record, each)) continue;
    if (isOlder(each.version, record.version, heeding.plan.source.timezone)) continue;
    if (await makesTheSame(heeding, record, each)) return each;
  }
  return undefined;
}

/** An event that is created once is no newer state of another one, and something older is not either. */
function isNewState(
  { delivery, source, target }: Plan,
  { version }: StagedRecord,
  decision: Decision,
): boolean {
  if (isOlder(version, decision.version, source.timezone)) return false;
  return delivery.mode === 'latest' || version !== undefined || target.write !== 'create';
}

async function makesTheSame(
  { db, plan, xref }: DecisionTools,
  { native }: StagedRecord,
  { id }: Decision,
): Promise<boolean> {
  const original = (await loadDecidedRecords(db, [id])).get(id)?.original;
  if (original === undefined) return false;
  const [before, now] = await Promise.all([original, native].map((each) => passRecord(plan, each, { xref })));
  return before !== undefined && now !== undefined && endOf(before) === endOf(now);
}

function endOf(passed: PassResult): string {
  switch (passed.end) {
    case 'through':
      return `through ${fingerprintOf(passed.text)}`;
    case 'filtered':
      return `filtered ${passed.reason ?? ''}`;
    case 'blocked':
      return `blocked ${JSON.stringify(passed.missing)}`;
    case 'failed':
      return `failed ${passed.fault.code} ${passed.fault.message}`;
  }
}

/** `discarded by anna on 2026-11-28: the customer has cancelled` */
function tell({ kind, by, at, reason }: Decision): string {
  const what = kind === 'resolved' ? 'settled by hand' : kind;
  const when = `${what} by ${by} on ${at.toISOString().slice(0, 10)}`;
  return reason === undefined ? when : `${when}: ${reason}`;
}
