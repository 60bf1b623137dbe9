import type { PageLengths } from '../../contract/connector.ts';
import type { Database } from '../../store/postgres/database.ts';
import { loadPageLengths, raisePageLength } from '../../store/runs/page-lengths.ts';

/** What is remembered of the pages of lists, over processes and runs. */
export function createPageMemory(db: Database): (connection: string) => PageLengths {
  return (connection) =>
    remember(db, connection, (list, length) => raisePageLength(db, { connection, list, length }));
}

/** The same for who only looks: what is learned is forgotten with the process. */
export function createPageMemoryToRead(db: Database): (connection: string) => PageLengths {
  return (connection) => remember(db, connection, async () => {});
}

function remember(
  db: Database,
  connection: string,
  raise: (list: string, length: number) => Promise<void>,
): PageLengths {
  let loading: Promise<Map<string, number>> | undefined;
  const load = (): Promise<Map<string, number>> => {
    loading ??= loadPageLengths(db, connection).then(
      (found) => new Map(found),
      (thrown: unknown) => {
        loading = undefined;
        throw thrown;
      },
    );
    return loading;
  };
  return {
    longest: async (list) => (await load()).get(list) ?? 0,
    async note(list, length) {
      const known = await load();
      if (length <= (known.get(list) ?? 0)) return;
      known.set(list, length);
      await raise(list, length);
    },
  };
}
