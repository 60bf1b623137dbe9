import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Patch, PatchTable } from '../../app/patch/patch.ts';
import { readTable } from '../../app/patch/patch-table.ts';
import { parseValue, readJsonText } from '../../app/patch/patch-value.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { type Assignment, evaluateWith, inSequence, mergeWith, setAll } from '../../engine/patch/edits.ts';
import { parseMemberPath } from '../../engine/patch/member-path.ts';
import type { Edit } from '../../engine/runs/replay.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Context } from '../context.ts';

export interface PatchOptions {
  readonly patch?: string;
  readonly set: readonly string[];
  readonly expression?: string;
  readonly force?: boolean;
}

export function withPatchOptions(command: Command): Command {
  return command
    .option(
      '--set <path=value>',
      'change a member of each record first: items[0].price=19.90; as often as needed. Numbers, true, false and null are those of JSON, anything else is text; "7" in quotes is text as well',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option(
      '--patch <file>',
      'change each record first: .json is a JSON Merge Patch over the record; .csv has a column `key` and a column for each path, and only records with a row are replayed',
    )
    .option(
      '--expression <jsonata>',
      'change each record first by the object that this makes of it, a merge patch',
    )
    .option('--force', 'replay even what the flow refuses still, or would be kept under another key');
}

/** The patch that was typed; `undefined`: none. Throws a Fault TL_ARGUMENT_INVALID for what cannot be understood. */
export async function loadPatch(
  context: Context,
  options: PatchOptions,
  { tables }: Workspace,
): Promise<Patch | undefined> {
  const { patch: file, expression, set, force } = options;
  if (file !== undefined && expression !== undefined)
    throw new Fault('TL_ARGUMENT_INVALID', 'either --patch or --expression, not both; --set goes with each');
  const edits: Edit[] = [];
  let table: PatchTable | undefined;
  if (file !== undefined && extname(file).toLowerCase() === '.csv') {
    const { edit, keys } = readTable(file, await readText(context, file));
    edits.push(edit);
    table = { keys, file, typedAs: `--patch ${file}` };
  } else if (file !== undefined) edits.push(mergeWith(parsePatch(file, await readText(context, file))));
  if (expression !== undefined) {
    const byName = Object.fromEntries([...tables.values()].map(({ name, table }) => [name, table]));
    edits.push(compile(expression, byName));
  }
  if (set.length > 0) edits.push(setAll(set.map(parseAssignment)));
  if (edits.length === 0) return undefined;
  return { edit: inSequence(edits), isForced: force === true, ...(table !== undefined && { table }) };
}

function compile(expression: string, tables: Parameters<typeof evaluateWith>[1]['tables']): Edit {
  try {
    return evaluateWith(expression, { tables });
  } catch (thrown) {
    throw new Fault('TL_ARGUMENT_INVALID', `--expression: ${(thrown as Error).message}`, { cause: thrown });
  }
}

/** `items[0].price=19.90` */
function parseAssignment(text: string): Assignment {
  const { parts, end } = parseMemberPath(text, '--set');
  const rest = text.slice(end).trimStart();
  if (!rest.startsWith('=')) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `--set: expected PATH=VALUE such as items[0].price=19.90, got "${text}"`,
    );
  }
  return { parts, value: parseValue(rest.slice(1), `--set ${text.slice(0, end)}`) };
}

function parsePatch(file: string, text: string): JsonObject {
  const patch = readJsonText(text, `--patch ${file}: expected a JSON object`);
  if (isJsonObject(patch)) return patch;
  throw new Fault('TL_ARGUMENT_INVALID', `--patch ${file}: expected a JSON object that says what to change`);
}

async function readText(context: Context, file: string): Promise<string> {
  try {
    return await readFile(resolve(context.cwd, file), 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new Fault('TL_ARGUMENT_INVALID', `--patch ${file}: ${why}`, { cause });
  }
}
