import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Clock } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import { parseRecords } from '../../flow-test/sample/parse-records.ts';
import { readSampleFile, readsFiles } from '../../flow-test/sample/read-sample-file.ts';
import type { Workspace } from '../../workspace/workspace.ts';

/** Records given to a command by `--input`, and what could not be read of them. */
export interface InputRecords {
  readonly records: readonly unknown[];
  readonly faults: readonly Fault[];
}

/**
 * Records of a file: JSON, JSON Lines or YAML; anything else as the flow's own source reads files. Throws a Fault
 * TL_ARGUMENT_INVALID for a file that is not there, or that holds none.
 */
export async function readInputFile(
  clock: Clock,
  { path, name: given }: { readonly path: string; readonly name: string },
  { workspace, flow }: { readonly workspace: Workspace; readonly flow: FlowFile },
): Promise<InputRecords> {
  const text = await readTextFile(path, given);
  if (/^\.(json|jsonl|ndjson|ya?ml)$/i.test(extname(path)))
    return { records: parseRecords(given, text), faults: [] };
  if (!readsFiles(workspace, flow)) {
    const message = `${given} must be JSON, JSON Lines or YAML: the source of "${flow.flow}" reads no files`;
    throw new Fault('TL_ARGUMENT_INVALID', message);
  }
  const tools = { clock, log: { debug: () => {}, warn: () => {} } };
  const read = await readSampleFile(workspace, { flow, path }, tools);
  const faults = read.flatMap((each) => ('fault' in each ? [each.fault] : []));
  const records = read.flatMap((each) => ('record' in each ? [each.record] : []));
  if (records.length > 0) return { records, faults };
  throw faults[0] ?? new Fault('TL_ARGUMENT_INVALID', `${given} holds no record`);
}

async function readTextFile(path: string, given: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? `there is no file ${given}` : `${given} cannot be read: ${message}`;
    throw new Fault('TL_ARGUMENT_INVALID', why, { cause });
  }
}
