import { isSearchable } from '../../store/history/find-steps.ts';
import { historySince } from '../../store/journey/history-since.ts';
import type { Database } from '../../store/postgres/database.ts';

/** How far history could be searched. */
export interface ToldHistory {
  /** The oldest that is kept; `null`: nothing is. */
  readonly since: Date | null;
  /** Before this, it was not looked at. */
  readonly cutAt?: Date;
  /** Too short, too long, an address, a moment: only keys and ids are found by it. */
  readonly isUnsearchable?: true;
}

export async function tellHistory(
  db: Database,
  { text, cutAt }: { readonly text: string; readonly cutAt?: Date },
): Promise<ToldHistory> {
  return {
    since: await historySince(db),
    ...(cutAt && { cutAt }),
    ...(!isSearchable(text) && { isUnsearchable: true as const }),
  };
}
