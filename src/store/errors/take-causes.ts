import { sql } from 'kysely';
import { toMessageTemplate } from '../../contract/cause/message-template.ts';
import type { FaultSubject } from '../../contract/fault.ts';
import type { LineStep } from '../../contract/outcome.ts';
import { present } from '../../contract/present.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { type Sealable, sealPrint, sealText } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';

/** What of a failure says by what cause it came. */
export interface Failure {
  readonly stage: LineStep;
  readonly code: string;
  readonly message: string;
  readonly at: string | undefined;
  readonly about: FaultSubject | undefined;
  readonly record: { readonly key: string; readonly native: unknown } | undefined;
}

/** The cause of a failure, and what stood in the gaps of its message. */
export interface TakenCause {
  readonly id: number;
  readonly gaps: readonly string[];
}

/**
 * The causes of failures of a flow, in their order; those that are new are kept. Most are known, so they are looked for
 * first: nobody waits for another one who keeps a new one, but where both have just met it.
 */
export async function takeCauses(
  db: Database,
  flow: string,
  failures: readonly Failure[],
): Promise<readonly TakenCause[]> {
  const made = failures.map(toCause);
  const wanted = [...new Map(made.map(({ cause }) => [cause.name, cause])).values()];
  let known = await findCauses(db, flow, wanted);
  const missing = wanted.filter(({ name }) => !known.has(name));
  if (missing.length > 0) {
    await insertCauses(db, flow, missing);
    known = await findCauses(db, flow, wanted);
  }
  return made.map(({ cause, gaps }) => ({
    id: present(known.get(cause.name), 'the cause of an error'),
    gaps,
  }));
}

/**
 * Keeps at once what is new of the causes of failures that are kept by two statements of one transaction: each takes its
 * own in order, and both together would not. Two transactions could then wait for each other.
 */
export async function meetCauses(
  db: Database,
  flow: string,
  ...parts: readonly (readonly Failure[])[]
): Promise<void> {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length > 1) await takeCauses(db, flow, filled.flat());
}

interface Cause {
  readonly code: string;
  readonly stage: LineStep;
  readonly path: string;
  readonly at: string;
  readonly message: string;
  /** All of that. */
  readonly name: string;
}

function toCause({ stage, code: given, message: said, at: place, about = {}, record }: Failure) {
  const code = toPlainText(given);
  const { text, values } = toMessageTemplate(toPlainText(said), {
    ...(record && { key: record.key, record: record.native }),
    names: about.table === undefined ? [] : [about.table],
    at: place,
  });
  const path = (about.path ?? '').replace(/\[\d+\]/g, '[]');
  // The column says less, and moves with every word that is changed before it.
  const at = (place ?? '').replace(/^(.*:\d+):\d+$/, '$1');
  const cause: Cause = {
    code,
    stage,
    path,
    at,
    message: text,
    name: JSON.stringify([code, stage, path, at, text]),
  };
  return { cause, gaps: values };
}

async function findCauses(
  db: Database,
  flow: string,
  wanted: readonly Cause[],
): Promise<ReadonlyMap<string, number>> {
  // One that was kept before there was a key is known by its message.
  const { rows } = await sql<{ id: number; nth: number }>`
    select causes.id, nth::int from ${given(wanted, ({ message }) => message)} join causes
      on causes.flow = ${flow} and causes.code = t.code and causes.stage = t.stage and causes.path = t.path
      and causes.at = t.at and coalesce(causes.print, md5(causes.message)) in (t.print, md5(t.message))`.execute(
    db,
  );
  return new Map(rows.map(({ id, nth }) => [present(wanted[nth - 1], 'a wanted cause').name, id]));
}

async function insertCauses(db: Database, flow: string, causes: readonly Cause[]): Promise<void> {
  // In one order everywhere: two that keep the same ones cannot wait for each other.
  const sorted = causes.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await sql`
    insert into causes (flow, code, stage, path, at, message, print)
    select ${flow}, code, stage, path, at, message, print
    from ${given(sorted, ({ message }) => sealText(message))} order by nth
    on conflict do nothing`.execute(db);
}

function given(causes: readonly Cause[], messageOf: (cause: Cause) => string | Sealable) {
  return sql`unnest(
    ${causes.map((c) => c.code)}::text[], ${causes.map((c) => c.stage)}::text[], ${causes.map((c) => c.path)}::text[],
    ${causes.map((c) => c.at)}::text[], ${causes.map(messageOf)}::text[],
    ${causes.map((c) => sealPrint(c.message))}::text[]
  ) with ordinality as t (code, stage, path, at, message, print, nth)`;
}
