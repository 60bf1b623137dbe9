import { type AuditDeed, auditDeeds } from '../../contract/audit-deeds.ts';
import { Fault } from '../../contract/fault.ts';
import type { AuditSubject } from '../../store/audit/keep-entry.ts';
import { type ChainedEntry, pageEntries } from '../../store/audit/page-entries.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** Which entries of the audit log are meant; all of it must fit. */
export interface AuditWish {
  readonly by?: string | undefined;
  readonly deed?: string | undefined;
  readonly flow?: string | undefined;
  readonly run?: number | undefined;
  /** From this moment on, and before that one. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** About this error, cause, drift, set of errors, key of a record, or named thing: a user, a token, a connection. */
  readonly error?: number | undefined;
  readonly cause?: number | undefined;
  readonly drift?: number | undefined;
  readonly set?: number | undefined;
  readonly key?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * What people have decided, the newest first. Throws a Fault TL_ARGUMENT_INVALID for a deed or a flow that cannot be
 * meant, and for a cursor that is none.
 */
export async function pageAudit(
  open: OpenDatabase,
  wish: AuditWish,
  { limit, cursor }: PageWish,
): Promise<ListPage<ChainedEntry>> {
  requirePageSize(limit);
  const { by, deed, flow, run, since, until } = wish;
  if (deed !== undefined && !isDeed(deed)) throw noDeed(deed);
  const [place] = parseCursor('audit', ['number'], cursor) ?? [];
  const before = place as number | undefined;
  const filter = { by, deed, flow, run, since, until, about: toSubject(wish), before };
  const found = await pageEntries(open.db, filter, limit + 1);
  // Of a flow that is gone for long there may be nothing left but this.
  if (found.length === 0) await requireKnownFlow(open, flow);
  return toPage(found, { list: 'audit', limit, placeOf: ({ id }) => [id] });
}

function toSubject({ error, cause, drift, set, key, name }: AuditWish): AuditSubject | undefined {
  const about = {
    ...(error !== undefined && { errors: [error] }),
    ...(cause !== undefined && { causes: [cause] }),
    ...(drift !== undefined && { drifts: [drift] }),
    ...(set !== undefined && { bulk: set }),
    ...(key !== undefined && { keys: [key] }),
    ...(name !== undefined && { name }),
  };
  return Object.keys(about).length === 0 ? undefined : about;
}

function isDeed(text: string): text is AuditDeed {
  return Object.hasOwn(auditDeeds, text);
}

function noDeed(deed: string): Fault {
  const hint = hintFor(deed, Object.keys(auditDeeds).sort());
  return new Fault('TL_ARGUMENT_INVALID', `nobody can decide "${deed}"; ${hint}`);
}
