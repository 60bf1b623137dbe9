import { toFault } from '../../contract/fault.ts';
import { comeBack } from '../bounds/turns.ts';
import type { Bindings } from '../expression/bindings.ts';
import { badArgument, type RaisedProblem } from '../expression/raised.ts';

/** The binding `xref`: the id that a record of `entity` has on the other side, or nothing. */
export type ReadXref = (entity: string, id: string) => unknown;

const wrapped = new WeakMap<object, MappingXref>();

type MappingXref = (entity: unknown, id: unknown) => Promise<unknown>;

/** Bindings and functions share one namespace in JSONata: the binding `xref` is what `$xref(entity, id)` calls. */
export function wrapXref(bindings: Bindings | undefined): Record<string, unknown> | undefined {
  const read = bindings?.['xref'];
  if (typeof read !== 'function') return bindings;
  let call = wrapped.get(read);
  if (call === undefined) {
    call = checkArguments(read as ReadXref);
    wrapped.set(read, call);
  }
  return { ...bindings, xref: call };
}

function checkArguments(read: ReadXref): MappingXref {
  return async function xref(entity, id) {
    // A guest order names no customer, in one way or the other: no record has an empty key.
    if (entity === undefined || id === undefined || id === null || id === '') return undefined;
    if (typeof entity !== 'string') throw badArgument('xref', 1, 'the name of an entity', entity);
    if (typeof id !== 'string' && typeof id !== 'number') throw badArgument('xref', 2, 'an id', id);
    try {
      return (await read(entity, String(id))) ?? undefined;
    } catch (thrown) {
      const fault = toFault(thrown);
      throw { raised: 'fault', message: fault.message, fault } satisfies RaisedProblem;
    } finally {
      comeBack();
    }
  };
}
