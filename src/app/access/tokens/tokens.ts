import { Fault } from '../../../contract/fault.ts';
import { quoteName } from '../../../contract/text/record-bounds.ts';
import {
  insertToken,
  listStoredTokens,
  revokeStoredToken,
  type StoredToken,
} from '../../../store/access/api-tokens.ts';
import { keepAuditEntry } from '../../../store/audit/keep-entry.ts';
import type { AccessSettings } from '../../../workspace/parts/access-settings.ts';
import { parseCursor } from '../../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../../lists/page.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import type { Caller, Grant } from '../caller.ts';
import { grantsText, isGranted, parseGrants, requireGrants } from '../grants.ts';
import { hashSecret } from '../secrets.ts';
import { createTokenText, parseTokenId } from './token-text.ts';

/** A token as documents show it: without what lets in. */
export interface TokenDocument {
  readonly id: string;
  readonly name: string;
  readonly madeBy: string;
  readonly grants: readonly Grant[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt?: Date;
  readonly revokedAt?: Date;
}

export interface NewToken {
  /** The id, if left out. */
  readonly name?: string | undefined;
  readonly grants: readonly Grant[];
  /** How long it lets in; what `access.tokens` says, if left out. */
  readonly lastsMs?: number | undefined;
}

export interface MadeToken extends TokenDocument {
  /** All of it. Nobody can show it a second time. */
  readonly token: string;
}

/**
 * Throws a Fault TL_FORBIDDEN for a grant that its maker does not have, TL_ARGUMENT_INVALID for a name or a time that
 * cannot be.
 */
export async function createToken(
  open: OpenDatabase,
  wish: NewToken,
  maker: Caller,
  settings: AccessSettings['tokens'],
): Promise<MadeToken> {
  const grants = requireGrants(wish.grants);
  const tooMuch = grants.filter((grant) => !isGranted(grant, maker.grants));
  if (tooMuch.length > 0)
    throw new Fault(
      'TL_FORBIDDEN',
      `a token may no more than whoever makes it: ${maker.name} has not ${grantsText(tooMuch)}`,
    );
  const { id, text } = createTokenText();
  const createdAt = new Date(open.clock.now());
  const token: StoredToken = {
    id,
    name: requireTokenName(wish.name ?? id),
    userId: maker.userId,
    madeBy: maker.name,
    grants,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + requireTime(wish.lastsMs, settings)),
    usedAt: undefined,
    revokedAt: undefined,
  };
  await open.db.transaction().execute(async (tx) => {
    await insertToken(tx, { ...token, hash: hashSecret(text) });
    const about = { name: id, details: { grants: grantsText(grants), until: token.expiresAt.toISOString() } };
    await keepAuditEntry(tx, { deed: 'create token', by: maker.name, about });
  });
  return { ...toTokenDocument(token), token: text };
}

export interface TokenWish {
  /** Only those that this user has made. */
  readonly userId?: number | undefined;
  /** Also those that are revoked or over. */
  readonly which?: 'usable' | 'all';
}

/** The newest first. */
export async function pageTokens(
  { db, clock }: OpenDatabase,
  { userId, which = 'usable' }: TokenWish,
  { limit, cursor }: PageWish,
): Promise<ListPage<TokenDocument>> {
  requirePageSize(limit);
  const place = parseCursor('tokens', ['number', 'text'], cursor);
  const after = place && { createdAt: new Date(Number(place[0])), id: String(place[1]) };
  const now = new Date(clock.now());
  const page = toPage(await listStoredTokens(db, { userId, which, now, after, limit: limit + 1 }), {
    list: 'tokens',
    limit,
    placeOf: ({ createdAt, id }) => [createdAt.getTime(), id],
  });
  return { ...page, items: page.items.map(toTokenDocument) };
}

/**
 * It lets nobody in any more, at once. One that is revoked already stays so. Throws a Fault TL_NOT_FOUND where there is
 * none.
 * @param said - its id, or all of it
 */
export async function revokeToken(
  open: OpenDatabase,
  said: string,
  { by, reason }: { readonly by: string; readonly reason?: string | undefined },
): Promise<TokenDocument> {
  const id = parseTokenId(said);
  // What was said may be a secret with a letter too many: it is not repeated.
  if (id === undefined)
    throw new Fault(
      'TL_NOT_FOUND',
      'no such token: expected its id, such as tl_k3v9x2abcd; tradelane token list',
    );
  const at = new Date(open.clock.now());
  return await open.db.transaction().execute(async (tx) => {
    const token = await revokeStoredToken(tx, id, at);
    if (token === undefined) throw new Fault('TL_NOT_FOUND', `there is no token ${id}: tradelane token list`);
    if (token.revokedAt) return toTokenDocument(token);
    await keepAuditEntry(tx, { deed: 'revoke token', by, reason, about: { name: id } });
    return toTokenDocument({ ...token, revokedAt: at });
  });
}

function requireTokenName(name: string): string {
  if (/^[^\p{Cc}\p{Cs}]{1,100}$/u.test(name) && name.trim() !== '') return name;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `name: expected 1 to 100 characters in a line, got ${quoteName(name)}`,
  );
}

function requireTime(lastsMs: number | undefined, settings: AccessSettings['tokens']): number {
  const { lifetimeMs, maxLifetimeMs } = settings;
  const wanted = lastsMs ?? Math.min(lifetimeMs, maxLifetimeMs);
  if (wanted > 0 && wanted <= maxLifetimeMs) return wanted;
  const days = Math.floor(maxLifetimeMs / 86_400_000);
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `expires: expected more than nothing and at most ${days} days (\`access.tokens.maxLifetime\` in config/tradelane.yaml)`,
  );
}

function toTokenDocument(token: StoredToken): TokenDocument {
  const { id, name, madeBy, createdAt, expiresAt, usedAt, revokedAt } = token;
  return {
    id,
    name,
    madeBy,
    grants: parseGrants(token.grants),
    createdAt,
    expiresAt,
    ...(usedAt && { usedAt }),
    ...(revokedAt && { revokedAt }),
  };
}
