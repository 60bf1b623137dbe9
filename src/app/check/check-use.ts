import type { OpenConnection, Resource } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import type { ResourceUse } from './uses.ts';

/** What is asked, of whom, and until when at most. */
export interface UseCheck {
  readonly connection: OpenConnection;
  readonly use: ResourceUse;
  readonly signal: AbortSignal;
}

/**
 * Proves as much as can be proved of a use without writing anything, and says what that is. Throws the Fault that says why
 * it does not work.
 */
export async function proveUse({ connection, use, signal }: UseCheck): Promise<string> {
  const resource = connection.resources[use.resource];
  if (resource === undefined)
    throw new Fault('TL_CONNECTION_CONFIG', `there is no resource "${use.resource}" on this connection`);
  if (use.does === 'read') return await proveRead(resource, use, signal);
  if (resource.find) return await proveFind(resource, signal);
  if (!connection.check) return 'nothing: it can only be written, and nothing is written here';
  await connection.check(signal);
  return 'signed in; whether it may be written shows only when it is, and nothing is written here';
}

async function proveRead(
  resource: Resource,
  { where }: Pick<ResourceUse, 'where'>,
  signal: AbortSignal,
): Promise<string> {
  const sample = await readOne(resource, where, signal);
  if (sample === 'nothing') return 'read a page; there is no record in it';
  return 'read a record';
}

/** The first record of a page, or why it could not be read as one; `nothing`: there is none. */
async function readOne(
  { read, name }: Resource,
  where: ResourceUse['where'],
  signal: AbortSignal,
): Promise<{ readonly record: unknown } | 'nothing'> {
  if (!read) throw new Fault('TL_CONNECTION_CONFIG', `"${name}" cannot be read`);
  for await (const { records } of read({ where, isSample: true, signal })) {
    const [first] = records;
    if (first === undefined) return 'nothing';
    if ('fault' in first) throw first.fault;
    return first;
  }
  return 'nothing';
}

/**
 * Asked for a record that cannot be there, a system says so. With a path that is not there it says the same: what can be
 * read has to be found as well.
 */
async function proveFind(resource: Resource, signal: AbortSignal): Promise<string> {
  await findNobody(resource, signal);
  const known = await readKey(resource, signal);
  if (known === undefined)
    return 'looked for a record that cannot be there, and there is none; nothing is written here';
  const [found] = (await resource.find?.([known], signal)) ?? [];
  if (found) return 'found a record by its key; nothing is written here';
  throw new Fault(
    'TL_CONNECTION_CONFIG',
    `a record of "${resource.name}" that was just read is not found by its key: look at the path or the filter of \`find\``,
    { answer: { status: 404 } },
  );
}

/** Of these no system has a record; a system that takes numbers or UUIDs only refuses some of them. */
const nobodysKeys = ['tradelane-check', '0', '00000000-0000-4000-8000-000000000000'] as const;

async function findNobody({ find }: Resource, signal: AbortSignal): Promise<void> {
  let refusal: Fault | undefined;
  for (const key of nobodysKeys) {
    try {
      await find?.([key], signal);
      return;
    } catch (thrown) {
      const fault = toFault(thrown);
      if (rowOf(fault.code).about !== 'record') throw fault;
      refusal ??= fault;
    }
  }
  if (refusal) throw refusal;
}

/** Of a record that can be read; `undefined` where none can: the flow itself need not be able to. */
async function readKey(resource: Resource, signal: AbortSignal): Promise<string | undefined> {
  if (!resource.read) return undefined;
  try {
    const sample = await readOne(resource, {}, signal);
    return sample === 'nothing' ? undefined : await resource.keyOf(sample.record);
  } catch (thrown) {
    signal.throwIfAborted();
    // Whoever may only write is not to be told that they may not read.
    if (toFault(thrown).code === 'TL_DEFECT') throw thrown;
    return undefined;
  }
}
