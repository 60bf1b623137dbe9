import { Fault } from '../../contract/fault.ts';
import type { Logger } from '../../observe/logger.ts';
import type { QueueBackend } from '../../queue/backend.ts';
import { openOwnQueue } from '../../queue/own-queue.ts';
import { openWorkQueue, type WorkQueue } from '../../queue/work-queue.ts';
import type { Store } from '../open/open-store.ts';
import type { Surroundings } from '../surroundings.ts';

export interface QueueParts {
  readonly store: Store;
  readonly log: Logger;
  /** Of a command that works for itself: flows of which it takes work, beside what it wakes. */
  readonly ownFlows?: readonly string[];
}

/** On Redis if REDIS_URL says so, else in PostgreSQL. A command's own needs neither. */
export function openQueueFor(around: Surroundings, { store, log, ownFlows }: QueueParts): WorkQueue {
  const backend = queueBackend(around, store, log);
  return ownFlows ? openOwnQueue(ownFlows) : openWorkQueue(backend);
}

function queueBackend({ env }: Surroundings, store: Store, log: Logger): QueueBackend {
  const redis = env['REDIS_URL'];
  if (redis && !/^rediss?:\/\//.test(redis)) {
    throw new Fault('TL_ARGUMENT_INVALID', 'REDIS_URL must be redis://… or rediss://…; it is something else');
  }
  return {
    kind: redis ? 'redis' : 'postgres',
    url: redis || store.url,
    prefix: env['TRADELANE_QUEUE_PREFIX'] || 'tradelane',
    onError: (error) => log.warn({ reason: error.message }, 'queue trouble; the sweep makes up for it'),
  };
}
