import { present } from '../../contract/present.ts';
import type { Sealable } from '../crypto/sealable.ts';
import { pack, unpack } from '../postgres/packed.ts';
import type { KeptEnd, StepOutcome, TargetDeed } from './block.ts';

/**
 * What became of the records of a block, column by column: of most there is a letter, another for what was done, half of
 * a fingerprint, and nothing else.
 */
interface PackedEnds {
  /** A letter a record. */
  readonly outcomes: string;
  /** A letter a record; absent: nothing was done about any. */
  readonly deeds?: string;
  /** 16 digits for each that was delivered, in their order. */
  readonly prints?: string;
  /** For each that was delivered, in their order; 0: its key. Absent: of all of them. */
  readonly ids?: readonly (string | 0)[];
  /** What else there is to say, by the place of the record. */
  readonly more?: Readonly<Record<string, EndRest>>;
}

type EndRest = Omit<KeptEnd, 'outcome' | 'did' | 'targetId' | 'fingerprint'>;

const outcomeLetters: Readonly<Record<StepOutcome, string>> = {
  delivered: 'd',
  unchanged: 'u',
  filtered: 'f',
  superseded: 's',
  blocked: 'b',
  failed: 'x',
  held: 'h',
  queued: 'q',
  replaces: 'r',
};

const deedLetters: Readonly<Record<TargetDeed, string>> = {
  create: 'c',
  update: 'u',
  upsert: 'p',
  delete: 'd',
  confirm: 'f',
};

const noDeed = '-';

/** Gathers what became of the records of a block, one after the other. */
export class EndColumns {
  #outcomes = '';
  #deeds = '';
  readonly #prints: string[] = [];
  #isDone = false;
  #isNamed = false;
  readonly #ids: (string | 0)[] = [];
  readonly #more: [string, EndRest][] = [];

  add(end: KeptEnd, key: string): void {
    const { outcome, did, targetId, fingerprint, ...rest } = end;
    if (Object.keys(rest).length > 0) this.#more.push([String(this.#outcomes.length), rest]);
    if (outcome === 'delivered') {
      const done = present(did, 'what was done about a delivered record');
      this.addDelivered(
        done,
        present(fingerprint, 'the fingerprint of a delivered record'),
        targetId ?? key,
        key,
      );
      return;
    }
    this.#outcomes += outcomeLetters[outcome];
    this.#deeds += did === undefined ? noDeed : deedLetters[did];
    if (did !== undefined) this.#isDone = true;
  }

  /** The same for what most of them are, with nothing else to be said of it. @param print - begins with what is kept. */
  addDelivered(did: TargetDeed, print: string, targetId: string, key: string): void {
    this.#outcomes += outcomeLetters.delivered;
    this.#deeds += deedLetters[did];
    this.#prints.push(print);
    this.#ids.push(targetId === key ? 0 : targetId);
    if (targetId !== key) this.#isNamed = true;
    this.#isDone = true;
  }

  pack(): Sealable {
    const packed: PackedEnds = {
      outcomes: this.#outcomes,
      ...(this.#isDone && { deeds: this.#deeds }),
      ...(this.#prints.length > 0 && { prints: joinPrints(this.#prints) }),
      ...(this.#isNamed && { ids: this.#ids }),
      ...(this.#more.length > 0 && { more: Object.fromEntries(this.#more) }),
    };
    return pack('ends', packed);
  }
}

/** The digits of each that are kept. By their bytes: so many pieces of texts would have to be put together otherwise. */
function joinPrints(prints: readonly string[]): string {
  const bytes = Buffer.allocUnsafe(printDigits * prints.length);
  let at = 0;
  for (const print of prints) {
    for (let digit = 0; digit < printDigits; digit++) bytes[at++] = print.charCodeAt(digit);
  }
  return bytes.toString('latin1');
}

export function unpackEnds(bytes: Uint8Array, keys: readonly string[]): readonly KeptEnd[] {
  const { outcomes, deeds = '', prints = '', ids, more = {} } = unpack('ends', bytes) as PackedEnds;
  let delivered = 0;
  return [...outcomes].map((letter, place): KeptEnd => {
    const outcome = present(outcomeOf.get(letter), `an outcome for "${letter}"`);
    const did = deedOf.get(deeds[place] ?? noDeed);
    const known = { outcome, ...(did && { did }), ...more[place] };
    if (outcome !== 'delivered') return known;
    const nth = delivered++;
    const fingerprint = prints.slice(nth * printDigits, (nth + 1) * printDigits);
    return { ...known, fingerprint, targetId: ids?.[nth] || (keys[place] ?? '') };
  });
}

/** Of a payload's fingerprint, so many digits are kept. */
export const printDigits = 16;

const outcomeOf = invert(outcomeLetters);
const deedOf = invert(deedLetters);

function invert<Name extends string>(letters: Readonly<Record<Name, string>>): ReadonlyMap<string, Name> {
  return new Map((Object.entries(letters) as [Name, string][]).map(([name, letter]) => [letter, name]));
}
