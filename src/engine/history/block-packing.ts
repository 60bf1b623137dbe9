import { readJson } from '../../contract/exact-json/read-json.ts';
import { addTerms, termOfKey } from '../../contract/text/search-terms.ts';
import type { KeptEnd } from '../../store/history/block.ts';
import { BlockTerms } from '../../store/history/block-terms.ts';
import type { BlockEnds } from '../../store/history/keep-blocks.ts';
import { EndColumns } from '../../store/history/pack-ends.ts';
import { valuesOf } from '../../store/history/values-of.ts';
import { packTexts, type StagedRecord } from '../../store/line/batches.ts';
import type { ItemEnd } from '../line/item.ts';
import { toKeptEnd } from './to-kept-end.ts';

/** What is kept of the records of a block beside them, one after the other: by what they are found, and their ends. */
export class BlockPacking {
  readonly #terms: BlockTerms = new BlockTerms();
  readonly #ends: EndColumns = new EndColumns();
  /** Payloads as JSON, by the places of their records. */
  readonly #sent: Map<number, string> = new Map();
  #records = 0;

  addEnd(end: ItemEnd, again: ReadonlySet<ItemEnd>): void {
    const { item } = end;
    const { record } = item;
    if ('sent' in end && end.sent !== undefined) this.#send(end.sent);
    // Nearly all are like that.
    if (end.outcome === 'delivered' && item.attempts === 0 && item.decided === undefined) {
      const { key } = record;
      const { did, fingerprint, targetId = key } = end;
      this.#find(record.native, { key, targetId });
      this.#ends.addDelivered(did, fingerprint, targetId, key);
      this.#records += 1;
    } else this.add(record, toKeptEnd(end, again));
  }

  /** @param sent - the payload as JSON, where it is kept. */
  add(record: StagedRecord, end: KeptEnd, sent?: string): void {
    const { key, native } = record;
    if (sent !== undefined) this.#send(sent);
    this.#find(end.stage === 'read' ? valuesOf(native) : native, { key, targetId: end.targetId ?? key });
    this.#ends.add(end, key);
    this.#records += 1;
  }

  pack(): BlockEnds {
    const sent = this.#sent;
    const texts = Array.from({ length: this.#records }, (_none, place) => sent.get(place) ?? 'null');
    return {
      records: this.#records,
      ends: this.#ends.pack(),
      terms: this.#terms.pack(),
      ...(sent.size > 0 && { sent: packTexts('sent', texts) }),
    };
  }

  #send(text: string): void {
    this.#sent.set(this.#records, text);
    addTerms(readJson(text).value, this.#terms);
  }

  #find(values: unknown, { key, targetId }: { readonly key: string; readonly targetId: string }): void {
    addTerms(values, this.#terms);
    if (key !== '') this.#terms.add(termOfKey(key));
    if (targetId !== key) this.#terms.add(termOfKey(targetId));
  }
}
