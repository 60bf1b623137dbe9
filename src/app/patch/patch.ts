import type { Edit } from '../../engine/patch/edit.ts';

/** What a person wants made of records before they are sent: plain values, which can be kept and sent as JSON. */
export interface PatchWish {
  /** Each over what the one before has made. */
  readonly changes: readonly PatchChange[];
  /** Replayed even where the flow refuses it still, or a name seems to be mistyped. */
  readonly isForced: boolean;
}

/** `typedAs`: how whoever gave it named it, for messages: `--patch fix.json`. */
export type PatchChange = {
  readonly typedAs: string;
} /** An object is a JSON Merge Patch (RFC 7396), a list a JSON Patch (RFC 6902). */ & (
  | { readonly kind: 'document'; readonly document: unknown }
  /** JSONata over the record; gives a merge patch. */
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'set'; readonly path: string; readonly value: unknown }
  /** A CSV text: a column `key`, and one for each path. */
  | { readonly kind: 'table'; readonly text: string; readonly file: string }
);

/** The same, understood. */
export interface Patch {
  readonly edit: Edit;
  /** A table speaks of the keys that it has a row for; absent: all records are meant. */
  readonly table?: PatchTable;
  readonly isForced: boolean;
  /** What it was compiled from. */
  readonly wish: PatchWish;
}

export interface PatchTable {
  readonly keys: readonly string[];
  readonly file: string;
  readonly typedAs: string;
}
