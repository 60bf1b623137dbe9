import type { RunTeller } from '../../engine/engine.ts';
import type { Database } from '../../store/postgres/database.ts';
import { listen, type OpenListener, sendNotice } from '../../store/postgres/notices.ts';
import { createFollowing, type Following, type OpenFollowing, type RunNews } from './following.ts';
import { createNoticeSender, parseNotice } from './notice-sender.ts';

/**
 * Who follows runs hears of what is recorded for them: of what this process records at once, of what others do by a
 * notice of the database. That may be lost (its connection breaks, a pooler swallows it), so who follows looks for
 * himself now and then: see `slowLookMs`.
 */
export interface RunNotices extends RunTeller {
  /** Of these runs, or of all there are. */
  follow(runs: 'all' | readonly number[]): Following;
  close(): Promise<void>;
}

/** So long after the last look, who has heard nothing looks again. */
export const slowLookMs = 2_000;

export interface NoticeParts {
  readonly db: Database;
  /** To listen on a connection of its own. */
  readonly url: string;
  /** Names this process. */
  readonly owner: string;
}

export function createRunNotices({ db, url, owner }: NoticeParts): RunNotices {
  const followings = new Map<OpenFollowing, 'all' | ReadonlySet<number>>();
  const sender = createNoticeSender(owner, (text) => sendNotice(db, channel, text));
  // Only where somebody follows anything: most processes only tell.
  let listening: OpenListener | undefined;
  const hear = (runs: 'all' | readonly number[], news: RunNews) => {
    for (const [following, wanted] of followings) {
      if (wanted === 'all' || runs === 'all' || runs.some((run) => wanted.has(run))) following.hear(news);
    }
  };
  const heard = (text: string) => {
    const { from, runs } = parseNotice(text);
    // Notices have been gathered: there is no faster pace to keep.
    if (from !== owner) hear(runs, 'turned');
  };
  return {
    recorded: (runs) => {
      hear(runs, 'recorded');
      sender.add(runs);
    },
    turned: (run) => {
      hear([run], 'turned');
      sender.add([run]);
    },
    follow: (runs) => {
      const following = createFollowing(() => followings.delete(following));
      followings.set(following, runs === 'all' ? runs : new Set(runs));
      listening ??= listen(url, channel, { heard, connected: () => hear('all', 'turned') });
      return following;
    },
    close: async () => {
      await Promise.all([sender.close(), listening?.close()]);
    },
  };
}

/** Of the one schema that all tables lie in; a database has its own channels. */
const channel = 'tradelane_runs';
