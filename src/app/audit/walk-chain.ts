import { createHash } from 'node:crypto';
import type { ChainHead, ChainLink, LinkedEntry } from '../../store/audit/chain.ts';

/** An entry that is not as it was written, or is not there. */
export interface Misfit {
  readonly position: number;
  /** Its id in `audit_entries`, where there is one. */
  readonly entry?: number;
  readonly why: string;
}

/** How far the chain has been read, and what has been found by then. */
export interface ChainWalk {
  readonly position: number;
  readonly hash: Buffer;
  readonly first: Misfit | undefined;
  /** Entries of which something was erased. */
  readonly erased: number;
  /** Of those, by id: where they are, what they say now, and whether an erasure has said that it left just that. */
  readonly redacted: Map<number, Redaction>;
  readonly expected: ChainHead | undefined;
}

interface Redaction {
  readonly position: number;
  readonly says: string;
  isTold: boolean;
}

export function beginWalk(expected: ChainHead | undefined): ChainWalk {
  return { position: 0, hash: Buffer.alloc(0), first: undefined, erased: 0, redacted: new Map(), expected };
}

/** Later links are looked at with the hash that this one has: only the first that does not fit is told. */
export function passLink(walk: ChainWalk, link: ChainLink): ChainWalk {
  const { position, hash, entry } = link;
  const { redacted } = walk;
  const isErased = entry?.salt === null;
  if (entry && isErased)
    redacted.set(entry.id, { position, says: sha256(entry.secret).toString('hex'), isTold: false });
  for (const [id, says] of Object.entries(entry?.redacted ?? {})) {
    const meant = redacted.get(Number(id));
    if (meant) meant.isTold = meant.says === says;
  }
  const why = whyNot(walk, link);
  return {
    ...walk,
    ...{ position, hash, erased: walk.erased + (isErased ? 1 : 0) },
    first: walk.first ?? why,
  };
}

function whyNot(walk: ChainWalk, { position, hash, entry }: ChainLink): Misfit | undefined {
  const due = walk.position + 1;
  if (position !== due) {
    const count = position - due;
    return {
      position: due,
      why: `${count === 1 ? 'it is' : `it and ${count - 1} after it are`} not in the chain any more`,
    };
  }
  if (!entry) return { position, why: 'the entry is not there any more' };
  const at = { position, entry: entry.id };
  if (!sha256(walk.hash, entry.said).equals(hash))
    return { ...at, why: 'what it says does not give its hash: the entry or the chain was changed' };
  if (isAltered(entry)) return { ...at, why: 'its reason, or what it is about, was changed' };
  if (walk.expected?.position === position && walk.expected.hash !== hash.toString('hex'))
    return { ...at, why: 'its hash is not the one that was kept elsewhere: the log was written anew' };
  return undefined;
}

function isAltered({ salt, secret, digest }: LinkedEntry): boolean {
  return salt !== null && !sha256(salt, secret).equals(digest);
}

export interface KnownEnds {
  /** What the database has noted as the end. */
  readonly noted: ChainHead | undefined;
  readonly expected: ChainHead | undefined;
}

/** What can only be said when all has been read. */
export function endWalk(walk: ChainWalk, { noted, expected }: KnownEnds): Misfit | undefined {
  const { position, hash, first, redacted } = walk;
  const untold = [...redacted].find(([, { isTold }]) => !isTold);
  const altered = untold && {
    ...{ position: untold[1].position, entry: untold[0] },
    why: 'something of it is gone or was changed since, and no entry says that it was erased so',
  };
  const earliest = [first, altered].filter((each) => each !== undefined);
  if (earliest.length > 0)
    return earliest.reduce((one, other) => (other.position < one.position ? other : one));
  if (noted === undefined) return { position: position + 1, why: 'the note of where the chain ends is gone' };
  if (noted.position !== position || noted.hash !== hash.toString('hex'))
    return {
      position: Math.min(position, noted.position) + 1,
      why: `the chain ends at ${position}, but ${noted.position} are noted`,
    };
  if (expected && expected.position > position)
    return {
      position: position + 1,
      why: `the log ends here, but had ${expected.position} entries when its end was kept`,
    };
  return undefined;
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
