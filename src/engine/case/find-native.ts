import type { Page, ReadRequest } from '../../contract/connector.ts';
import { orElse } from '../../contract/soon.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { identifyRecord } from '../line/identify-record.ts';
import { readerOf } from '../runs/read-request.ts';

export interface FindOptions {
  readonly signal: AbortSignal;
  /** So many records are read at most. */
  readonly maxRecords: number;
  readonly maxRecordBytes: number;
}

export interface FoundNative {
  /** Absent: it is not among those that were read. */
  readonly native?: unknown;
  readonly read: number;
}

/**
 * The record with this key, as the flow reads it: what `find` gives may lack what `read` attaches to a record. Where
 * the source can be asked for the key, its answer says from where on to read; else everything is read, up to the limit.
 * Throws what reading throws.
 */
export async function findNative(plan: Plan, key: string, options: FindOptions): Promise<FoundNative> {
  const near = await findCursor(plan, key, options.signal);
  if (near !== undefined) {
    const found = await readFor(plan, key, { ...options, maxRecords: nearRecords }, near).catch(
      () => undefined,
    );
    options.signal.throwIfAborted();
    if (found && 'native' in found) return found;
  }
  return await readFor(plan, key, options, undefined);
}

/** Records that share their time of change with the one wanted, or come shortly after. */
const nearRecords = 1_000;

/** The version of the record, which mostly is what the source is read by. */
async function findCursor(
  { source, steps }: Plan,
  key: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { resource } = source;
  if (!resource.find || !resource.versionOf) return undefined;
  try {
    const [found] = await resource.find([key], signal);
    // A flow with a key of its own may call another record by this name.
    const isIt = found && (await steps.keyOf(found.record, () => steps.toRecord(found.record))) === key;
    return isIt ? resource.versionOf(found.record) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function readFor(
  plan: Plan,
  key: string,
  { signal, maxRecords, maxRecordBytes }: FindOptions,
  cursor: string | undefined,
): Promise<FoundNative> {
  const request: ReadRequest = {
    where: plan.source.where,
    signal,
    ...(cursor !== undefined && { cursor }),
  };
  let read = 0;
  for await (const page of readerOf(plan)(request)) {
    signal.throwIfAborted();
    for (const source of page.records) {
      read += 1;
      const native = await withKey(plan, source, { key, maxRecordBytes });
      if (native !== undefined) return { native, read };
    }
    if (read >= maxRecords) break;
  }
  return { read };
}

async function withKey(
  plan: Plan,
  source: Page['records'][number],
  { key, maxRecordBytes }: { readonly key: string; readonly maxRecordBytes: number },
): Promise<unknown> {
  if ('fault' in source) return undefined;
  const native = source.record;
  const named = await orElse(
    () => identifyRecord(plan, native, maxRecordBytes),
    () => undefined,
  );
  return named?.key === key ? native : undefined;
}
