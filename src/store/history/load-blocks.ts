import { sql } from 'kysely';
import { readJson } from '../../contract/exact-json/read-json.ts';
import { present } from '../../contract/present.ts';
import { holdsText } from '../../contract/text/search-terms.ts';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack, unpackText } from '../postgres/packed.ts';
import type { BlockRef, KeptBlock, KeptEnd, KeptRecord } from './block.ts';
import { unpackEnds } from './pack-ends.ts';
import { placesOf, takeTexts } from './text-places.ts';
import { valuesOf } from './values-of.ts';

/** Blocks as they were kept, in the order in which they are asked for; without those that have been dropped meanwhile. */
export async function loadBlocks(db: Database, refs: readonly BlockRef[]): Promise<readonly KeptBlock[]> {
  return await loadEach(db, refs, { open: toRecords });
}

/** The same with those of their records only that have a text, of one flow or of any: of the others no values are made. */
export async function loadMatching(
  db: Database,
  refs: readonly BlockRef[],
  { text, flow }: { readonly text: string; readonly flow?: string | undefined },
): Promise<readonly KeptBlock[]> {
  return await loadEach(db, refs, { flow, open: (packed) => toMatching(packed, text) });
}

interface Opening {
  /** Blocks of this flow only; absent: of any. */
  readonly flow?: string | undefined;
  readonly open: (packed: Packed) => readonly KeptRecord[];
}

async function loadEach(
  db: Database,
  refs: readonly BlockRef[],
  { flow, open }: Opening,
): Promise<readonly KeptBlock[]> {
  const byPart = [...Map.groupBy(refs, ({ part }) => part)];
  const rows = await Promise.all(byPart.map(([part, some]) => loadOfPart(db, part, { refs: some, flow })));
  const blocks = new Map(rows.flat().map((row) => [row.id, toBlock(row, open(row))]));
  return refs.flatMap(({ id }) => blocks.get(id) ?? []);
}

type Packed = Pick<Row, 'payload' | 'ends' | 'sent'>;

interface Row {
  readonly part: number;
  readonly id: number;
  readonly flow: string;
  readonly lane: number | null;
  readonly run_id: number;
  readonly read_at: Date | null;
  readonly at: Date;
  readonly payload: Buffer;
  readonly ends: Buffer;
  readonly sent: Buffer | null;
}

/** By its part, which says at once where to look. */
async function loadOfPart(
  db: Database,
  part: number,
  { refs, flow = null }: { readonly refs: readonly BlockRef[]; readonly flow?: string | undefined | null },
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select part, id, flow, lane, run_id, read_at, at, payload, ends, sent from history
    where part = ${part} and id = any(${refs.map(({ id }) => id)}::bigint[])
      and (${flow}::text is null or flow = ${flow})`.execute(db);
  return rows;
}

function toBlock(
  { part, id, flow, lane, run_id: runId, read_at: readAt, at }: Row,
  records: readonly KeptRecord[],
): KeptBlock {
  return {
    ...{ part, id, flow, runId, at },
    ...(lane !== null && { lane }),
    ...(readAt !== null && { readAt }),
    records,
  };
}

function toRecords({ payload, ends, sent }: Packed): readonly KeptRecord[] {
  const records = unpack('records', payload) as readonly StagedRecord[];
  const kept = unpackEnds(
    ends,
    records.map(({ key }) => key),
  );
  const given = sent === null ? [] : (toSent(unpackText('sent', sent)) as readonly unknown[]);
  return records.map((record, place) => ({
    record,
    end: present(kept[place], 'what became of a kept record'),
    ...(given[place] !== undefined && given[place] !== null && { sent: given[place] }),
  }));
}

function toMatching(packed: Packed, text: string): readonly KeptRecord[] {
  const json = unpackText('records', packed.payload);
  const sent = packed.sent === null ? undefined : unpackText('sent', packed.sent);
  const found = [placesOf(json, text), sent === undefined ? new Set<number>() : placesOf(sent, text)];
  if (found.includes(undefined)) return toRecords(packed).filter((each) => hasText(each, text));
  const ends = unpackEnds(packed.ends, []);
  const isId = ({ targetId }: KeptEnd) =>
    targetId !== undefined && (targetId === text || holdsText(targetId, text));
  const places = new Set(found.flatMap((some) => [...(some ?? [])]));
  for (const [place, end] of ends.entries()) if (isId(end)) places.add(place);
  const given = sent === undefined ? undefined : takeTexts(sent, places);
  return [...takeTexts(json, places)]
    .map(([place, staged]) => toRecord(staged, ends[place], given?.get(place)))
    .filter((each) => hasText(each, text));
}

function toRecord(staged: string, kept: KeptEnd | undefined, given = 'null'): KeptRecord {
  const record = JSON.parse(staged) as StagedRecord;
  const { targetId, ...end } = present(kept, 'what became of a kept record');
  const sent = toSent(given);
  return {
    record,
    // An id that is the key is not written down.
    end: targetId === undefined ? end : { ...end, targetId: targetId === '' ? record.key : targetId },
    ...(sent !== null && { sent }),
  };
}

/** A payload may have numbers that no double holds: every digit of what was sent is shown. */
function toSent(json: string): unknown {
  return readJson(json).value;
}

/** Does the record, or what became of it, say just this: its key, a value of it, or its id at the target? */
export function hasText({ record, end, sent }: KeptRecord, text: string): boolean {
  // A key may be what no other value is found by.
  if (record.key === text || end.targetId === text) return true;
  const native = end.stage === 'read' ? valuesOf(record.native) : record.native;
  return [record.key, end.targetId, native, sent].some((value) => holdsText(value, text));
}
