import { readJson } from '../../contract/exact-json/read-json.ts';
import { Fault } from '../../contract/fault.ts';
import type { TestCase } from '../../contract/generated/test.ts';
import { findNative } from '../../engine/case/find-native.ts';
import { type RecordedCase, recordCase } from '../../engine/case/record-case.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { createXrefLookup } from '../../engine/line/xref-lookup.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type DeadLetter, loadError } from '../../store/errors/errors.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { OpenFlow } from '../open/open-flow.ts';

/** Which record, and what its case is called; absent: it is named after the record. */
export type RecordWish = ({ readonly key: string } | { readonly error: number }) & {
  readonly name: string | undefined;
};

/** A test case of a real record, redacted. */
export interface RecordedReal {
  readonly recorded: RecordedCase;
  readonly made: TestCase;
  /** The error that its record is of. */
  readonly error: DeadLetter | undefined;
}

/**
 * Makes a test case of a real record: as the flow maps it now, or, of an error, as one that fails until it is mended.
 * Throws a Fault TL_ARGUMENT_INVALID where there is no such record, or only the text of what could not be read.
 */
export async function recordReal(
  open: OpenFlow,
  wish: RecordWish,
  signal: AbortSignal,
): Promise<RecordedReal> {
  const taken = 'key' in wish ? await takeByKey(open, wish.key, signal) : await takeError(open, wish.error);
  const { db, plan, entity } = open;
  const scope = xrefScopeOf(plan);
  const xref = createXrefLookup((name, ids) => loadXrefs(db, { ...scope, entity: name }, ids));
  const offline = createOfflinePlans(open.workspace, open.clock);
  const testPlan = offline.compile(plan.flow, {});
  const recorded = await recordCase({ plan, testPlan, xref, entity }, taken.native).finally(offline.close);
  const { error } = taken;
  return { recorded, made: toCase(open, recorded, { name: wish.name, error }), error };
}

interface TakenRecord {
  readonly native: unknown;
  readonly error?: DeadLetter;
}

/** Records read in the search of one, at the most. */
const maxRecords = 100_000;

async function takeByKey(
  { plan, workspace }: OpenFlow,
  key: string,
  signal: AbortSignal,
): Promise<TakenRecord> {
  const { maxRecordBytes } = workspace.settings;
  const { native, read } = await findNative(plan, key, { signal, maxRecords, maxRecordBytes });
  if (native !== undefined) return { native };
  const { connection, resource } = plan.source;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `no record with the key "${key}" among the ${read} that ${connection}.${resource.name} gave${read >= maxRecords ? '; no more are read' : ' this flow'}`,
  );
}

async function takeError({ db, plan }: OpenFlow, id: number): Promise<TakenRecord> {
  const found = await loadError(db, id);
  if (!found)
    throw new Fault('TL_ARGUMENT_INVALID', `there is no error ${id}; \`tradelane errors list\` has them`);
  if (found.error.flow !== plan.flow) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `error ${id} is one of the flow "${found.error.flow}", not of "${plan.flow}"`,
    );
  }
  if ('raw' in found.record) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `error ${id} has no whole record, only the text of what could not be read (${found.error.code}): there is nothing to test the flow with`,
    );
  }
  return { native: found.record.native, error: found.error };
}

function toCase(
  { plan }: OpenFlow,
  recorded: RecordedCase,
  { name, error }: { readonly name: string | undefined; readonly error: DeadLetter | undefined },
): TestCase {
  const what = `${plan.source.entity ?? plan.source.resource.name} ${recorded.key ?? 'without a key'}`;
  return {
    case: name ?? (error ? `${what}: ${error.code} of error ${error.id}` : what),
    record: recorded.record,
    ...(Object.keys(recorded.xref).length > 0 && { xref: recorded.xref }),
    expect: error ? { outcome: 'delivered' } : expectationOf(plan.target.write, recorded),
  };
}

function expectationOf(write: string, { redacted, key }: RecordedCase): TestCase['expect'] {
  switch (redacted.end) {
    case 'filtered':
      return { outcome: 'filtered', ...(redacted.reason !== undefined && { message: redacted.reason }) };
    case 'blocked':
      return { outcome: 'blocked' };
    case 'failed':
      return { fault: redacted.fault.code };
    case 'through': {
      const named = key === undefined ? {} : { key };
      // A delete needs the key alone.
      if (write === 'delete') return { ...named, outcome: 'delivered' };
      return { ...named, payload: readJson(redacted.text).value };
    }
  }
}
