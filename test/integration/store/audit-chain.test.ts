import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { type Kysely, sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { pageAudit } from '../../../src/app/audit/page-audit.ts';
import { parseChainHead, verifyAudit } from '../../../src/app/audit/verify-audit.ts';
import { createHeadTeller } from '../../../src/app/engine/audit-head.ts';
import type { OpenDatabase } from '../../../src/app/open/open-database.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { keepAuditEntry, type NewAuditEntry } from '../../../src/store/audit/keep-entry.ts';
import { decideVia } from '../../../src/store/audit/via.ts';
import * as audit from '../../../src/store/migrations/0025-audit-chain.ts';
import { callCli } from '../../support/call-cli.ts';
import { useDatabase } from '../../support/database.ts';
import { createTestEngine } from '../../support/engine.ts';
import { expectDocument } from '../../support/output-schema.ts';

/** The audit log is a chain: what is taken out, changed or put in between is noticed, and PostgreSQL refuses to do it. */
const database = useDatabase('test');
let open: OpenDatabase;

beforeEach(async () => {
  const { engine } = createTestEngine(database.db);
  open = {
    ...engine,
    findWorkspace: async () => undefined,
    requireWorkspace: () => Promise.reject(new Error('there is none')),
    parseDocuments: () => Promise.reject(new Error('there is none')),
  };
  await decide({ deed: 'run', by: 'anna', flow: 'orders', runId: 7 });
  await decide({ deed: 'discard', by: 'berta', reason: 'cancelled', count: 2, about: { errors: [1, 2] } });
  await decide({ deed: 'comment', by: 'anna', reason: 'asked them', about: { errors: [2], causes: [9] } });
  await decide({ deed: 'forget ids', by: 'carl', count: 1, about: { keys: ['C-1'] } });
  await decide({ deed: 'approve', by: 'anna', flow: 'stock', runId: 8 });
});

async function decide(entry: NewAuditEntry): Promise<void> {
  await database.db.transaction().execute((tx) => keepAuditEntry(tx, entry));
}

async function head(): Promise<string> {
  const { position, hash } = (await verifyAudit(open)).head;
  return `${position}:${hash}`;
}

describe('a log that was tampered with', () => {
  // What an owner of the database can do: with the triggers off.
  const deeds = [
    ['an entry is taken out', 'delete from audit_entries where id = 3', 3, 'not there any more'],
    ['a deed is another', "update audit_entries set by = 'zoe' where id = 2", 2, 'does not give its hash'],
    ['a time is another', "update audit_entries set at = at - interval '1 s' where id = 1", 1, 'its hash'],
    ['a reason is another', "update audit_entries set reason = 'x' where id = 2", 2, 'was changed'],
    [
      'it is about another',
      `update audit_entries set about = '{"errors":[5]}' where id = 3`,
      3,
      'was changed',
    ],
    [
      'it looks erased',
      "update audit_entries set about = '{}', salt = null where id = 4",
      4,
      'no entry says',
    ],
    ['a link is taken out too', 'delete from audit_chain where position = 2', 2, 'it is not in the chain'],
    ['more links are', 'delete from audit_chain where position in (2, 3)', 2, 'it and 1 after it are not'],
    ['the end is cut off', 'delete from audit_chain where position > 3', 4, 'ends at 3, but 5 are noted'],
    ['the note of the end is gone', 'delete from audit_head', 6, 'the note of where the chain ends is gone'],
    [
      'an entry is put in',
      "insert into audit_entries (deed, digest) values ('run', '')",
      6,
      'not in the chain',
    ],
    [
      'two change their places',
      'update audit_chain set position = case position when 2 then -3 else -2 end where position in (2, 3);' +
        'update audit_chain set position = -position where position < 0',
      2,
      'does not give its hash',
    ],
  ] as const;

  it.each(deeds)('is noticed where %s', async (_name, statements, position, why) => {
    expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 5, erased: 0 });
    await withoutTriggers(statements);
    const proof = await verifyAudit(open);
    expect(proof).toMatchObject({ fits: false, first: { position } });
    expect(proof.first?.why).toContain(why);
  });

  it('is noticed by an end kept elsewhere, where all of it was written anew or cut off cleanly', async () => {
    const kept = parseChainHead(await head());
    await decide({ deed: 'reject', by: 'anna' });
    expect(await verifyAudit(open, kept)).toMatchObject({ fits: true, entries: 6 });
    await withoutTriggers(`
      delete from audit_chain where position > 4; delete from audit_entries where id > 4;
      update audit_head set position = 4, hash = (select hash from audit_chain where position = 4)`);
    expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 4 });
    expect((await verifyAudit(open, kept)).first).toMatchObject({
      position: 5,
      why: expect.stringContaining('had 5'),
    });
    await decide({ deed: 'reject', by: 'anna' });
    const anew = await verifyAudit(open, kept);
    expect(anew.first).toMatchObject({ position: 5, why: expect.stringContaining('kept elsewhere') });
  });
});

it.each(['audit_entries', 'audit_chain', 'audit_head'])('lets nobody change %s', async (table) => {
  const statements = [`delete from ${table}`, `truncate ${table} cascade`];
  if (table === 'audit_entries')
    statements.push("update audit_entries set by = 'zoe'", 'update audit_entries set salt = null');
  if (table === 'audit_chain') statements.push("update audit_chain set hash = ''");
  if (table === 'audit_head') statements.push('update audit_head set position = 1');
  for (const statement of statements) {
    await expect(sql.raw(statement).execute(database.db)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('what was decided is kept as it is'),
    });
  }
  expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 5 });
});

it('says what of an entry was erased, and notices what is made of it afterwards', async () => {
  await database.db.transaction().execute(async (tx) => {
    await sql`update audit_entries set about = '{}', salt = null where id = 4`.execute(tx);
    await keepAuditEntry(tx, { deed: 'erase', by: 'dora', about: { redacted: { 4: sha256('[{}, null]') } } });
  });
  expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 6, erased: 1 });
  const { items } = await pageAudit(open, { by: 'carl' }, { limit: 5 });
  expect(items).toMatchObject([{ position: 4, about: {}, erased: true }]);
  await withoutTriggers(`update audit_entries set about = '{"keys":["C-2"]}' where id = 4`);
  expect(await verifyAudit(open)).toMatchObject({ fits: false, first: { position: 4, entry: 4 } });
});

it('keeps one order of what is decided at once, and nothing of what is taken back', async () => {
  const by = Array.from({ length: 40 }, (_, index) => `person ${index}`);
  await Promise.all(by.map((name) => decide({ deed: 'tag', by: name })));
  await expect(
    database.db.transaction().execute(async (tx) => {
      await keepAuditEntry(tx, { deed: 'tag', by: 'nobody' });
      throw new Error('taken back');
    }),
  ).rejects.toThrow('taken back');
  expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 45 });
});

it('does not wait for a decision that is under way', async () => {
  await database.db.transaction().execute(async (tx) => {
    await keepAuditEntry(tx, { deed: 'tag', by: 'slow' });
    await decide({ deed: 'tag', by: 'quick' });
  });
  const { items } = await pageAudit(open, { deed: 'tag' }, { limit: 5 });
  expect(items.map(({ by, position }) => [by, position])).toEqual([
    ['quick', 6],
    ['slow', 7],
  ]);
});

it('takes what was decided before there was a chain into it', async () => {
  const { db } = database;
  await withoutTriggers(`
    drop table audit_chain, audit_head cascade; alter table audit_entries drop column via, drop column salt;
    drop function audit_public, audit_private, seal_audit_entry, chain_audit_entry, refuse_audit_change cascade;
    alter table audit_entries drop column digest;
    drop index audit_entries_by, audit_entries_deed, audit_entries_flow, audit_entries_at`);
  await audit.up(db as unknown as Kysely<unknown>);
  expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 5 });
  // A process of an earlier version beside this one knows nothing of it.
  await sql`insert into audit_entries (deed, by) values ('run', 'early')`.execute(db);
  expect(await verifyAudit(open)).toMatchObject({ fits: true, entries: 6 });
});

it('finds what somebody asks for, page by page', async () => {
  const all = [];
  for (let cursor: string | undefined, first = true; first || cursor; first = false) {
    const page = await pageAudit(open, {}, { limit: 2, cursor });
    all.push(...page.items.map(({ position }) => position));
    cursor = page.next;
  }
  expect(all).toEqual([5, 4, 3, 2, 1]);
  const found = async (wish: Parameters<typeof pageAudit>[1]) =>
    (await pageAudit(open, wish, { limit: 10 })).items.map(({ position }) => position);
  expect(await found({ by: 'anna' })).toEqual([5, 3, 1]);
  expect(await found({ by: 'anna', deed: 'comment' })).toEqual([3]);
  expect(await found({ error: 2 })).toEqual([3, 2]);
  expect(await found({ cause: 9 })).toEqual([3]);
  expect(await found({ key: 'C-1' })).toEqual([4]);
  expect(await found({ run: 8, flow: 'stock' })).toEqual([5]);
  expect(await found({ set: 3 })).toEqual([]);
  expect(await found({ since: new Date(Date.now() + 60_000) })).toEqual([]);
  expect(await found({ until: new Date(Date.now() + 60_000) })).toHaveLength(5);
  await expect(found({ flow: 'ordres' })).rejects.toMatchObject({
    message: expect.stringContaining('no flow'),
  });
  await expect(found({ deed: 'discrad' })).rejects.toMatchObject({
    message: 'nobody can decide "discrad"; did you mean "discard"?',
  });
});

it('says by what way a decision came in', async () => {
  await decideVia('token console', () =>
    decide({ deed: 'tag', by: 'anna', about: { name: 'retention', details: { days: 3 } } }),
  );
  const { items } = await pageAudit(open, { name: 'retention' }, { limit: 5 });
  expect(items).toMatchObject([{ via: 'token console', about: { details: { days: 3 } } }]);
});

it('is listed and proved on the command line', async () => {
  const env = { DATABASE_URL: database.url };
  const listed = await callCli(['audit', '--by', 'anna', '--limit', '2', '--json'], { env });
  const { entries, next } = expectDocument('audit-list', listed.stdout) as {
    entries: object[];
    next: string;
  };
  expect(entries).toMatchObject([{ position: 5 }, { position: 3, reason: 'asked them' }]);
  const more = await callCli(['audit', 'list', '--by', 'anna', '--cursor', next], { env });
  expect(more).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/1 {2}\S+ \S+ {2}anna {2}run {3,}orders {2}run 7/),
  });
  const proved = await callCli(['audit', 'verify', '--json', '--head', await head()], { env });
  expect(expectDocument('audit-verify', proved.stdout)).toMatchObject({ fits: true, entries: 5 });
  expect(await callCli(['audit', 'verify'], { env })).toMatchObject({
    code: 0,
    stdout: `5 entries, all of them fit\nit ends with ${await head()}\n`,
  });
  await withoutTriggers("update audit_entries set by = 'zoe' where id = 2");
  expect(await callCli(['audit', 'verify'], { env })).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('entry 2 (id 2) does not fit: what it says does not give its hash'),
  });
  expect(await callCli(['audit', 'verify', '--head', '5:xyz'], { env })).toMatchObject({ code: 2 });
});

it('tells the log where it ends, when that has changed', async () => {
  const lines: string[] = [];
  const log = createLogger(
    'info',
    new PassThrough().on('data', (line) => lines.push(String(line))),
  );
  let now = 0;
  const tell = createHeadTeller(database.db, log, () => now);
  const wait = async (ms: number) => {
    now += ms;
    await tell();
    return lines.length;
  };
  expect([await wait(0), await wait(10_000), await wait(3_600_000)]).toEqual([1, 1, 1]);
  expect(lines[0]).toContain(await head());
  await decide({ deed: 'tag', by: 'anna' });
  expect([await wait(10_000), await wait(3_600_000)]).toEqual([1, 2]);
});

async function withoutTriggers(statements: string): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql.raw(statements).execute(tx);
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
