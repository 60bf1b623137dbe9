import type { SourceRecord } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import type { ManifestRead } from '../../contract/generated/connector.ts';
import { isJsonObject } from '../../contract/json.ts';
import { toJsonText } from '../../contract/text/raw-text.ts';
import type { TemplateScope } from '../compile-text.ts';
import { type Declaration, members } from '../declaration.ts';
import { compileSearch, fetchAll, type Search } from '../find/compile-search.ts';
import type { Session } from '../session.ts';

/** Further requests for each record, whose records are put into it under `name`. */
export interface Attachment {
  readonly name: string;
  readonly search: Search;
}

export function compileAttachments(
  declared: Declaration<NonNullable<ManifestRead['attach']>> | undefined,
  resource: string,
): readonly Attachment[] {
  return members(declared).map(([name, each]) => ({
    name,
    search: compileSearch(each, `${resource}.${name}`),
  }));
}

export interface AttachPage {
  readonly records: readonly unknown[];
  readonly scope: TemplateScope;
  readonly signal: AbortSignal;
}

/** The connection's own limits say how many of these requests are under way at once. */
export async function attachAll(
  session: Session,
  attachments: readonly Attachment[],
  { records, scope, signal }: AttachPage,
): Promise<readonly SourceRecord[]> {
  if (attachments.length === 0) return records.map((record) => ({ record }));
  const attach = async (record: unknown): Promise<Attached> => {
    const run = { operation: 'read', scope: { ...scope, record }, overlays: [], signal } as const;
    try {
      const lists = await Promise.all(attachments.map(({ search }) => fetchAll(session, search, run)));
      const found = Object.fromEntries(attachments.map(({ name }, index) => [name, lists[index]]));
      return { record: isJsonObject(record) ? { ...record, ...found } : record };
    } catch (thrown) {
      if (!isAboutRecord(thrown) && !isPerhapsAboutRecord(thrown)) throw thrown;
      return { record, thrown };
    }
  };
  const first = await Promise.all(records.map(attach));
  const isAnswered = first.some(
    ({ thrown }) => thrown === undefined || (isAboutRecord(thrown) && rowOf(thrown.code).side === 'system'),
  );
  // An answer that is none once is not the record's fault: it is asked for again before that is said of it.
  const isDoubtful = ({ thrown }: Attached) => isAnswered && thrown !== undefined && !isAboutRecord(thrown);
  const attached = await Promise.all(first.map((each) => (isDoubtful(each) ? attach(each.record) : each)));
  return attached.map(({ record, thrown }): SourceRecord => {
    if (thrown === undefined) return { record };
    if (!isAboutRecord(thrown) && !isAnswered) throw thrown;
    return { fault: toRecordFault(thrown), raw: toJsonText(record) };
  });
}

interface Attached {
  readonly record: unknown;
  readonly thrown?: Fault;
}

/** Only this record's attachment was refused, or is none: it may have been deleted since its page was read. */
function isAboutRecord(thrown: unknown): thrown is Fault {
  if (!(thrown instanceof Fault)) return false;
  const { kind, about } = rowOf(thrown.code);
  const isOwn = about === 'record' && (kind === 'rejected' || kind === 'config');
  // Nothing but this record's own is asked for: it is its answer that is too large.
  return isOwn || thrown.code === 'TL_SYSTEM_RESPONSE_TOO_LARGE';
}

/** Where others of the page have got theirs, it is this one that is locked or broken. */
function isPerhapsAboutRecord(thrown: unknown): thrown is Fault {
  if (!(thrown instanceof Fault)) return false;
  const { about, isPassing } = rowOf(thrown.code);
  return about === 'unclear' && !isPassing;
}

function toRecordFault(fault: Fault): Fault {
  const { answer, at } = fault;
  return new Fault('TL_SOURCE_RECORD', `what belongs to the record could not be read: ${fault.message}`, {
    cause: fault,
    ...(answer && { answer }),
    ...(at !== undefined && { at }),
  });
}
