import { Fault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Edit } from '../../engine/patch/edit.ts';
import { evaluateWith, inSequence, mergeWith, operateWith, setAll } from '../../engine/patch/edits.ts';
import { parseMemberPath } from '../../engine/patch/member-path.ts';
import { parseJsonPatch } from '../../engine/patch/parse-json-patch.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Patch, PatchChange, PatchTable, PatchWish } from './patch.ts';
import { readTable } from './patch-table.ts';

/**
 * What a patch makes of records; `undefined`: it says nothing. Throws a Fault TL_ARGUMENT_INVALID for what cannot be
 * understood. Expressions can look up in the tables of the workspace.
 */
export function compilePatch(wish: PatchWish, workspace: Pick<Workspace, 'tables'>): Patch | undefined {
  if (wish.changes.length === 0) return undefined;
  const compiled = wish.changes.map((change) => compileChange(change, workspace));
  const tables = compiled.flatMap(({ table }) => (table === undefined ? [] : [table]));
  const [table, second] = tables;
  if (second !== undefined)
    throw invalid(second.typedAs, `only one table can say which records are meant, beside ${table?.typedAs}`);
  const edit = inSequence(compiled.map((each) => each.edit));
  return { edit, isForced: wish.isForced, wish, ...(table && { table }) };
}

interface CompiledChange {
  readonly edit: Edit;
  readonly table?: PatchTable;
}

function compileChange(change: PatchChange, { tables }: Pick<Workspace, 'tables'>): CompiledChange {
  const { typedAs } = change;
  switch (change.kind) {
    case 'document':
      return { edit: compileDocument(change.document, typedAs) };
    case 'expression': {
      const byName = Object.fromEntries([...tables.values()].map(({ name, table }) => [name, table]));
      return { edit: compileExpression(change.expression, byName, typedAs) };
    }
    case 'set':
      return { edit: setAll([{ parts: parsePath(change.path, typedAs), value: change.value }]) };
    case 'table': {
      const { edit, keys } = readTable(typedAs, change.text);
      return { edit, table: { keys, file: change.file, typedAs } };
    }
  }
}

function compileDocument(document: unknown, typedAs: string): Edit {
  if (isJsonObject(document)) return mergeWith(document);
  if (Array.isArray(document)) return operateWith(parseJsonPatch(document, typedAs));
  throw invalid(typedAs, 'expected a JSON object that says what to change, or a list of operations');
}

function compileExpression(
  expression: string,
  tables: Parameters<typeof evaluateWith>[1]['tables'],
  typedAs: string,
): Edit {
  try {
    return evaluateWith(expression, { tables });
  } catch (thrown) {
    throw new Fault('TL_ARGUMENT_INVALID', `${typedAs}: ${(thrown as Error).message}`, { cause: thrown });
  }
}

function parsePath(path: string, typedAs: string): ReturnType<typeof parseMemberPath>['parts'] {
  const { parts, end } = parseMemberPath(path, typedAs);
  if (end === path.length) return parts;
  throw invalid(typedAs, `expected the place of a member such as items[0].price, got "${path}"`);
}

function invalid(typedAs: string, message: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `${typedAs}: ${message}`);
}
