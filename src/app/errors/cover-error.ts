import { coverPayload } from '../../engine/forecast/cover-differences.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { passRecord } from '../../engine/line/pass-record.ts';
import { createXrefLookup } from '../../engine/line/xref-lookup.ts';
import { maskText } from '../../schema/mask-text.ts';
import { loadRunHeads } from '../../store/journey/run-heads.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import { coverChange } from '../journey/cover-change.ts';
import { toRecordPrivacy } from '../journey/cover-payloads.ts';
import { createPinnedPlans, type PinnedPlan } from '../journey/pinned-plans.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { ShownError } from './show-error.ts';
import type { ListedError } from './told-decision.ts';

/** An error with its record for whoever may not see private values: those that schemas mark, or names give away, are masked. */
export async function coverError(open: OpenDatabase, error: ShownError): Promise<ShownError> {
  const plans = createPinnedPlans(open);
  try {
    const hash = (await loadRunHeads(open.db, [error.runId])).get(error.runId)?.planHash;
    const found = hash === undefined || hash === null ? undefined : await plans.load(hash);
    const pinned = found === undefined || 'why' in found ? undefined : found;
    const { record, original, sent, ...rest } = coverDecisions(error);
    const cover = (value: unknown) => coverNative(open, value, pinned);
    return {
      ...rest,
      record: await cover(record),
      ...(original !== undefined && { original: await cover(original) }),
      ...(sent !== undefined && { sent: (await createCover(open, record, pinned))(sent, 'target') }),
    };
  } finally {
    await plans.close();
  }
}

/** What people have changed, without what may be private by what it is called. */
export function coverDecisions<Each extends ListedError>(error: Each): Each {
  const { decisions } = error;
  if (decisions === undefined) return error;
  return {
    ...error,
    decisions: decisions.map((decision) => {
      const { changes } = decision;
      return changes === undefined ? decision : { ...decision, changes: changes.map(coverChange) };
    }),
  };
}

async function coverNative(
  open: OpenDatabase,
  value: unknown,
  pinned: PinnedPlan | undefined,
): Promise<unknown> {
  // What could not be read has no members that a schema could speak of.
  if (typeof value === 'string') return maskText(value);
  return (await createCover(open, value, pinned))(value, 'source');
}

/** Covers what a record is at either side, by what its flow makes of it. */
async function createCover({ db }: OpenDatabase, native: unknown, pinned: PinnedPlan | undefined) {
  const plan = pinned?.plan;
  const xref =
    plan && createXrefLookup((entity, ids) => loadXrefs(db, { ...xrefScopeOf(plan), entity }, ids));
  const passed = plan && xref && (await passRecord(plan, native, { xref }));
  const privacy = toRecordPrivacy({ pinned, passed });
  return (value: unknown, side: 'source' | 'target') =>
    coverPayload(value, privacy, plan?.[side].resource.schema);
}
