import type { OpenConnection, Resource, Write } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';

export interface Reopening {
  readonly open: () => OpenConnection;
  /** Looks again for what the secrets have become: are they others than they were? */
  readonly isRotated: () => Promise<boolean>;
}

/**
 * A connection of a connector in code, which was given its secrets once and for all: when the system refuses them and they
 * are others by now, it is opened anew. What was refused stays so; whoever tries again meets the new one. The old one is
 * closed with the rest, as others may still be at work over it.
 */
export function reopenRefused({ open, isRotated }: Reopening): OpenConnection {
  const all = [open()] as [OpenConnection, ...OpenConnection[]];
  const current = () => all.at(-1) ?? all[0];
  let looking: Promise<void> | undefined;
  const lookAgain = async (): Promise<void> => {
    if (await isRotated()) all.push(open());
  };
  const refusedBy = async (used: OpenConnection): Promise<void> => {
    if (used !== current()) return;
    looking ??= lookAgain().finally(() => {
      looking = undefined;
    });
    await looking;
  };
  const asking: Asking = async (ask) => {
    const used = current();
    try {
      return await ask(used);
    } catch (thrown) {
      if (isRefusal(thrown)) await refusedBy(used);
      throw thrown;
    }
  };
  const { check, settleMs, resources } = all[0];
  return {
    resources: Object.fromEntries(
      Object.entries(resources).map(([name, resource]) => [
        name,
        following(resource, { asking, looked: refusedBy }),
      ]),
    ),
    ...(check && { check: (signal) => asking(async (used) => used.check?.(signal)) }),
    ...(settleMs && { settleMs }),
    close: async () => {
      await Promise.all(all.map((each) => each.close()));
    },
  };
}

interface Tools {
  readonly asking: Asking;
  /** It has been refused: are there others by now? */
  readonly looked: (used: OpenConnection) => Promise<void>;
}

/** Asks the connection as it is by now. */
type Asking = <T>(ask: (used: OpenConnection) => Promise<T>) => Promise<T>;

const writes = ['create', 'update', 'upsert', 'delete'] as const;

/** Keys, versions and mappings need no secret: they stay those of the first. */
function following(first: Resource, { asking, looked }: Tools): Resource {
  const { name, read, find } = first;
  const now = (used: OpenConnection): Resource => used.resources[name] ?? first;
  const latestWrites = writes.flatMap((kind) => {
    const write = first[kind];
    if (write === undefined) return [];
    const latest: Write = (items, signal) =>
      asking(async (used) => {
        const results = await (now(used)[kind] ?? write)(items, signal);
        const refused = results.find((result) => !result.ok && isRefusal(result.fault));
        // Why there is no other by now is told by whoever is refused next: what has become of the records counts more.
        if (refused !== undefined) await looked(used).catch(() => undefined);
        return results;
      });
    return [[kind, latest] as const];
  });
  return {
    ...first,
    ...(find && {
      find: (keys, signal) => asking(async (used) => (now(used).find ?? find)(keys, signal)),
    }),
    ...(read && {
      async *read(request) {
        const pages = await asking(async (used) => (now(used).read ?? read)(request)[Symbol.asyncIterator]());
        try {
          for (;;) {
            const next = await asking(() => pages.next());
            if (next.done) return;
            yield next.value;
          }
        } finally {
          await pages.return?.(undefined);
        }
      },
    }),
    ...Object.fromEntries(latestWrites),
  };
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.code === 'TL_AUTH_REFUSED';
}
