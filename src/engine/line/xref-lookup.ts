import { Fault } from '../../contract/fault.ts';
import type { Soon } from '../../contract/soon.ts';
import { quoteName, whyNoName } from '../../contract/text/record-bounds.ts';
import type { Xref } from '../../store/line/xrefs.ts';

/** `$xref(entity, id)`: the id that the target knows a record by. */
export type XrefLookup = (entity: string, id: string) => Soon<string | undefined>;

type Load = (entity: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Xref>>;

/**
 * `$xref` for a batch of mappings that run side by side: the ids they ask for in one turn of the event loop go to
 * the database as one statement, and no id is asked for twice. Throws a Fault TL_KEY_INVALID for what can be nobody's
 * key: it would spoil the statement for all of them.
 */
export function createXrefLookup(load: Load): XrefLookup {
  const known = new Map<string, Promise<ReadonlyMap<string, Xref>>>();
  let gathering = new Map<string, { ids: string[]; loaded: Promise<ReadonlyMap<string, Xref>> }>();
  return async (entity, id) => {
    const name = `${entity}\n${id}`;
    let answer = known.get(name);
    if (!answer) {
      refuseNoKey(entity, id);
      let group = gathering.get(entity);
      if (!group) {
        const ids: string[] = [];
        group = { ids, loaded: nextTurn().then(() => load(entity, ids)) };
        gathering.set(entity, group);
        void nextTurn().then(() => {
          gathering = new Map();
        });
      }
      group.ids.push(id);
      answer = group.loaded;
      known.set(name, answer);
    }
    return (await answer).get(id)?.targetId;
  };
}

function refuseNoKey(entity: string, id: string): void {
  const why = whyNoName(entity) ?? whyNoName(id);
  if (why === undefined) return;
  throw new Fault('TL_KEY_INVALID', `$xref(${quoteName(entity)}, ${quoteName(id)}): the key ${why}`);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
