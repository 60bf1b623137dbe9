import { maxNoticeBytes } from '../../store/postgres/notices.ts';

/** Informs other processes which runs have changed: at once where it has been silent, else gathered for a moment. */
export interface NoticeSender {
  add(runs: readonly number[]): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** A process that records thousands of records a second sends no more than ten notices. */
const gatherMs = 100;

/**
 * @param send - may fail: a notice that is lost costs who follows a moment.
 * @param from - names this process, which hears its own notices as well.
 */
export function createNoticeSender(from: string, send: (text: string) => Promise<void>): NoticeSender {
  let waiting = new Set<number>();
  let sentAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let sending = Promise.resolve();
  const sendNow = () => {
    timer = undefined;
    if (waiting.size === 0) return;
    const text = formatNotice(from, waiting);
    waiting = new Set();
    sentAt = performance.now();
    sending = send(text).catch(() => {});
  };
  return {
    add: (runs) => {
      for (const run of runs) waiting.add(run);
      timer ??= setTimeout(sendNow, Math.max(0, sentAt + gatherMs - performance.now()));
    },
    close: async () => {
      clearTimeout(timer);
      sendNow();
      await sending;
    },
  };
}

export interface Notice {
  readonly from: string;
  /** `all`: more than fit. */
  readonly runs: 'all' | readonly number[];
}

/** `host:4711:8f3a 12 13`; with too many runs for one notice `host:4711:8f3a *`. */
export function formatNotice(from: string, runs: Iterable<number>): string {
  const text = [from, ...runs].join(' ');
  return Buffer.byteLength(text) <= maxNoticeBytes ? text : `${from} *`;
}

/** What cannot be understood may be about anything: it is of another version. */
export function parseNotice(text: string): Notice {
  const [from = '', ...runs] = text.split(' ');
  const ids = runs.map(Number);
  return { from, runs: ids.length > 0 && ids.every(Number.isSafeInteger) ? ids : 'all' };
}
