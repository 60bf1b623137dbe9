import { Fault } from '../../contract/fault.ts';
import { type ChainHead, findUnchained, loadChainHead, loadLinks } from '../../store/audit/chain.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { beginWalk, type ChainWalk, endWalk, type Misfit, passLink } from './walk-chain.ts';

/** Whether the audit log is as it was written. */
export interface AuditProof {
  readonly fits: boolean;
  /** How many entries there are. */
  readonly entries: number;
  /** Entries of which something was erased, as an entry says. */
  readonly erased: number;
  /** To be kept elsewhere: with it, also a log that ends too early is noticed, or one that was written anew. */
  readonly head: ChainHead;
  /** The first entry that does not fit. */
  readonly first?: Misfit;
}

/**
 * Reads all of the log, some thousand entries at a time, as it is in one moment.
 *
 * @param expected - an end of the log from before, kept elsewhere: it must be in it still.
 */
export async function verifyAudit({ db }: OpenDatabase, expected?: ChainHead): Promise<AuditProof> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => await verify(tx, expected));
}

async function verify(db: Database, expected: ChainHead | undefined): Promise<AuditProof> {
  let walk = beginWalk(expected);
  for (;;) {
    const links = await loadLinks(db, walk.position, linksAtOnce);
    for (const link of links) walk = passLink(walk, link);
    if (links.length < linksAtOnce) break;
  }
  const noted = await loadChainHead(db);
  const first = endWalk(walk, { noted, expected }) ?? (await findOutside(db, walk));
  const { position, hash } = walk;
  return {
    ...{ fits: first === undefined, entries: position, erased: walk.erased },
    head: { position, hash: hash.toString('hex') },
    ...(first && { first }),
  };
}

const linksAtOnce = 5_000;

async function findOutside(db: Database, { position }: ChainWalk): Promise<Misfit | undefined> {
  const { count, first } = await findUnchained(db);
  if (first === null) return undefined;
  const others = count === 1 ? '' : `, and ${count - 1} more`;
  return {
    position: position + 1,
    entry: first,
    why: `it is in the table, and not in the chain${others}: it was written past the database's triggers`,
  };
}

/** `17:ab12…`, as `audit verify` prints it. Throws a Fault TL_ARGUMENT_INVALID for anything else. */
export function parseChainHead(text: string): ChainHead {
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  if (position !== undefined && hash !== undefined)
    return { position: Number(position), hash: hash.toLowerCase() };
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `the end of an audit log must be a position and a hash of 64 hexadecimal digits, as \`tradelane audit verify\` prints it: 17:9f86…; got "${text.slice(0, 100)}"`,
  );
}
