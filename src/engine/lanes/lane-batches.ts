import type { NewBatch } from '../../store/line/batches.ts';

/** A batch is one text before it is compressed, and no text may be longer than 512 MB. */
const maxBatchBytes = 32 * 1024 * 1024;

/** Batches that are being filled, lane by lane. */
export interface LaneBatches {
  /** @param text - the record as a batch holds it. */
  add(lane: number, text: string): void;
  all(): readonly NewBatch[];
}

/** @param size - records of a batch at most. */
export function createLaneBatches(size: number): LaneBatches {
  const lanes = new Map<number, Filling[]>();
  return {
    add(lane, text) {
      const batches = lanes.get(lane) ?? [];
      lanes.set(lane, batches);
      const open = batches.at(-1);
      const hasRoom = open && open.records.length < size && open.bytes < maxBatchBytes;
      const last = hasRoom ? open : { records: [], bytes: 0 };
      if (last !== open) batches.push(last);
      last.records.push(text);
      last.bytes += text.length;
    },
    all: () => [...lanes].flatMap(([lane, batches]) => batches.map((batch) => ({ lane, ...batch }))),
  };
}

interface Filling {
  readonly records: string[];
  bytes: number;
}

/** The lane of a key: always the same one (FNV-1a over UTF-16 code units, modulo the number of lanes). */
export function laneOf(key: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % lanes;
}
