import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import type { TestCase } from '../../contract/generated/test.ts';
import { endsAlike } from '../../engine/case/record-case.ts';
import { appendCase, toFreeName } from '../../workspace/text/append-case.ts';
import type { OpenFlow } from '../open/open-flow.ts';
import type { RecordedReal } from './record-real.ts';

export interface KeptCase {
  /** As it was added: its name is free in the file. */
  readonly added: TestCase;
  /** The file as messages show it; absent where nothing was written. */
  readonly file?: string;
  /** Does `tradelane test` not look where it lies? */
  readonly isOutside?: boolean;
}

/** The test file of a flow, where no other is named. */
export function testFileOf({ workspace, plan }: OpenFlow): string {
  return join(workspace.dir, 'flows', `${plan.flow}.test.yaml`);
}

/**
 * Adds a case to a file of tests, which need not be there yet. Throws a Fault TL_ARGUMENT_INVALID for a file that cannot
 * be read or written.
 *
 * @param to.name - the file as messages show it.
 * @param naming - whether the case keeps its name, or is given a free one.
 */
export async function keepCase(
  { workspace, plan }: OpenFlow,
  made: TestCase,
  to: { readonly path: string; readonly name: string },
  naming: 'as named' | 'freely',
): Promise<KeptCase> {
  const { path, name: file } = to;
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new Fault('TL_ARGUMENT_INVALID', `${file} cannot be read: ${cause.message}`, { cause });
  });
  const added = naming === 'freely' ? { ...made, case: toFreeName(text, made.case) } : made;
  const schema = schemaPath(workspace.files.get(workspace.flows.get(plan.flow)?.file ?? '')?.text ?? '');
  const written = appendCase({ path: file, text, flow: plan.flow, schema }, added);
  await writeFile(path, written).catch((cause: Error) => {
    throw new Fault('TL_ARGUMENT_INVALID', `${file} cannot be written: ${cause.message}`, { cause });
  });
  return { added, file, isOutside: dirname(path) !== join(workspace.dir, 'flows') };
}

/** Where the flow's own first line finds its schema, there lies that of tests as well. */
function schemaPath(flowText: string): string {
  const named = /^# yaml-language-server: \$schema=(\S*)flow\.schema\.json/m.exec(flowText)?.[1];
  return `${named ?? '../.tradelane/schemas/'}test.schema.json`;
}

/** What was recorded, and where it went, as one document. */
export function toCaseDocument(
  flow: string,
  { recorded }: Pick<RecordedReal, 'recorded'>,
  { added, file }: KeptCase,
) {
  const { end } = recorded.redacted;
  const fault = recorded.redacted.end === 'failed' ? recorded.redacted.fault : undefined;
  return {
    flow,
    case: added,
    ...(file !== undefined && { file }),
    masked: recorded.masked,
    maskedByName: recorded.byName,
    ends: end === 'through' ? 'delivered' : end,
    ...(fault && { fault: { code: fault.code, message: fault.message } }),
    endsAlike: endsAlike(recorded),
  };
}
