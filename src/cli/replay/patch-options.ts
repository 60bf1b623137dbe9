import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { compilePatch } from '../../app/patch/compile-patch.ts';
import type { Patch, PatchChange, PatchWish } from '../../app/patch/patch.ts';
import { parseValue, readJsonText } from '../../app/patch/patch-value.ts';
import { Fault } from '../../contract/fault.ts';
import { parseMemberPath } from '../../engine/patch/member-path.ts';
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
      'change each record first: .json is a JSON Merge Patch over the record, or a JSON Patch if it is a list; .csv has a column `key` and a column for each path, and only records with a row are replayed',
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
  workspace: Workspace,
): Promise<Patch | undefined> {
  return compilePatch(await loadPatchWish(context, options), workspace);
}

/** The same as plain values. */
export async function loadPatchWish(
  context: Context,
  { patch: file, expression, set, force }: PatchOptions,
): Promise<PatchWish> {
  if (file !== undefined && expression !== undefined)
    throw new Fault('TL_ARGUMENT_INVALID', 'either --patch or --expression, not both; --set goes with each');
  const changes: PatchChange[] = [];
  if (file !== undefined) changes.push(toChange(file, await readText(context, file)));
  if (expression !== undefined) changes.push({ kind: 'expression', expression, typedAs: '--expression' });
  changes.push(...set.map(toAssignment));
  return { changes, isForced: force === true };
}

function toChange(file: string, text: string): PatchChange {
  const typedAs = `--patch ${file}`;
  if (extname(file).toLowerCase() === '.csv') return { kind: 'table', text, file, typedAs };
  const expected = `${typedAs}: expected a JSON object, or a list of operations`;
  return { kind: 'document', document: readJsonText(text, expected), typedAs };
}

/** `items[0].price=19.90` */
function toAssignment(text: string): PatchChange {
  const { end } = parseMemberPath(text, '--set');
  const rest = text.slice(end).trimStart();
  if (!rest.startsWith('=')) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `--set: expected PATH=VALUE such as items[0].price=19.90, got "${text}"`,
    );
  }
  const path = text.slice(0, end);
  return { kind: 'set', path, value: parseValue(rest.slice(1), `--set ${path}`), typedAs: '--set' };
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
