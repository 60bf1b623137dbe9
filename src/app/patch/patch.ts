import type { Edit } from '../../engine/runs/replay.ts';

/** What a person makes of the records before they are sent. */
export interface Patch {
  readonly edit: Edit;
  /** A table speaks of the keys that it has a row for; absent: all records are meant. */
  readonly table?: PatchTable;
  /** Replayed even where the flow refuses it still. */
  readonly isForced: boolean;
}

export interface PatchTable {
  readonly keys: readonly string[];
  readonly file: string;
  /** How whoever typed it named it, for a message: `--patch customers.csv`. */
  readonly typedAs: string;
}
