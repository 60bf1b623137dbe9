import { compileMeant, isDistinctive, type Person } from '../../engine/erase/meant.ts';
import { countPlansWith, findLeftovers } from '../../store/erase/leftovers.ts';
import type { LaneRef } from '../../store/erase/waiting.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Alias } from './find-person.ts';

/** What an erasure does not reach, or has not reached yet, and why. */
export interface Left {
  readonly what: string;
  readonly count?: number;
  readonly why: string;
}

const deadRows: Readonly<Record<'none' | 'kept' | 'destroyed', string>> = {
  none: 'PostgreSQL keeps what was overwritten until VACUUM has used its room again, and its log until it is recycled',
  kept: 'they are encrypted under data keys that are still there: `tradelane keys renew` destroys these',
  destroyed:
    'they are encrypted under data keys that are destroyed; what of the log still has these keys, wrapped, is closed by `tradelane keys rotate` to another key',
};

/** What nobody reaches from here, whatever was found. @param keys - that payloads are encrypted with. */
export function tellOutOfReach(keys: keyof typeof deadRows): readonly Left[] {
  return [
    {
      what: 'source and target systems',
      why: 'what they have was given to them, or comes from them: what a source still has is read again by its next run',
    },
    {
      what: 'backups and replicas of the database',
      why: 'they are not written to: what was saved before goes with them',
    },
    { what: 'dead rows and the write-ahead log', why: deadRows[keys] },
    {
      what: 'log files',
      why: 'they hold ids, codes and numbers, but keys of records where a system names them',
    },
    {
      what: 'files of file connections',
      why: 'what was read from folders, or written there, is the files’ own',
    },
  ];
}

export const keysInUse: Left = {
  what: 'data keys',
  why: 'a statement that may use them went on for too long: `tradelane keys renew` destroys them later',
};

/** What says the person's name still, beside that. */
export async function tellLeft(db: Database, person: Person): Promise<readonly Left[]> {
  const texts = person.texts.filter(isDistinctive);
  const { mayBeIn } = compileMeant({ ...person, texts });
  const tables = texts.length === 0 ? [] : await findLeftovers(db, mayBeIn);
  const plans = texts.length === 0 ? 0 : await countPlansWith(db, mayBeIn);
  return [
    ...tables.map(({ table, rows }) => ({ what: `table ${table}`, count: rows, why: whyOf(table) })),
    ...(plans === 0
      ? []
      : [
          {
            ...{ what: 'files of the workspace', count: plans },
            why: 'a flow or a lookup table names it, and runs keep the files that they were compiled from: mend the file',
          },
        ]),
  ];
}

function whyOf(table: string): string {
  const reasons: Readonly<Record<string, string>> = {
    cursors: 'a flow reads on from there: its next run replaces it',
    runs: 'where a run has begun to read, or who has started it',
    idempotency_keys: 'answers of the API are kept for a day',
  };
  return reasons[table] ?? 'a text stands there that is not about records: look at it by hand';
}

/** Records of the person that are known by keys of their own, such as an order by its number. */
export function tellKept(count: number): readonly Left[] {
  if (count === 0) return [];
  const why =
    'by number, version and fingerprint alone, so that none is created a second time: `tradelane xref forget` ends that';
  return [{ what: 'which of the records were delivered, and their ids', count, why }];
}

export function tellWeak(aliases: readonly Alias[]): readonly Left[] {
  const weak = aliases.filter(({ isWeak }) => isWeak);
  return weak.map(({ text, from }) => ({
    what: `records that say ${JSON.stringify(text)} (${from})`,
    why: 'it is so short that others say it by chance: give it as a value itself to erase them',
  }));
}

export function tellReading(
  runs: readonly { readonly id: number; readonly flow: string }[],
): readonly Left[] {
  return runs.map(({ id, flow }) => ({
    what: `run ${id} of ${flow}`,
    why: 'it was reading its source all the while, and may still have records in hand: once it has ended, erase again',
  }));
}

export function tellBusy(lanes: readonly LaneRef[]): readonly Left[] {
  return lanes.map(({ flow, lane }) => ({
    what: `lane ${lane} of ${flow}`,
    why: 'whoever works it did not come to the end of a batch in time: erase again',
  }));
}
