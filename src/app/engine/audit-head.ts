import type { Logger } from '../../observe/logger.ts';
import { type ChainHead, loadChainHead } from '../../store/audit/chain.ts';
import type { Database } from '../../store/postgres/database.ts';

/**
 * Tells the log where the audit log ends, when that has changed: once it begins, and each hour. A log that is kept on
 * another machine is what a cut-off audit log is noticed by.
 */
export function createHeadTeller(db: Database, log: Logger, now: () => number): () => Promise<void> {
  let told: ChainHead | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - toldAt < everyMs) return;
    const head = await loadChainHead(db);
    toldAt = now();
    if (head === undefined || head.hash === '' || head.hash === told?.hash) return;
    told = head;
    log.info({ head: `${head.position}:${head.hash}` }, 'end of the audit log');
  };
}

const everyMs = 3_600_000;
