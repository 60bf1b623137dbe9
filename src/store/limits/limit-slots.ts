import { sql } from 'kysely';
import type { SharedSlots, SlotOwner, SlotsSeen } from '../../contract/shared-limits.ts';
import type { Database } from '../postgres/database.ts';

/** The slots of one connection, for one owner: a row each, leased until it is renewed or runs out. */
export function openSlots(
  db: Database,
  at: { readonly connection: string; readonly owner: string },
): SharedSlots {
  return {
    leaseMs,
    look: ({ wait }) => (wait ? lookWaiting(db, at) : lookContent(db, at)),
    take: (slots) => takeSlots(db, at, slots),
    give: (slots) => giveSlots(db, at, slots),
  };
}

interface Owner {
  readonly connection: string;
  readonly owner: string;
}

/** How long the slots of a process that was killed are gone. */
const leaseMs = 6_000;

/** Who waits says so at least twice a second. */
const waitingMs = 2_000;

async function lookWaiting(db: Database, { connection, owner }: Owner): Promise<SlotsSeen> {
  const { rows } = await sql<SlotsRow>`
    with renewed as (${renewed({ connection, owner })}), waiting as (
      insert into limit_waiters (connection, owner, until)
      values (${connection}, ${owner}, now() + ${waitingMs} * interval '1 millisecond')
      on conflict (connection, owner) do update set until = excluded.until
    ), cleared as (
      delete from limit_waiters
      where connection = ${connection} and owner <> ${owner} and until < now() - interval '1 minute'
    ) ${seen({ connection, owner })}`.execute(db);
  return toSeen(rows, owner);
}

async function lookContent(db: Database, { connection, owner }: Owner): Promise<SlotsSeen> {
  const { rows } = await sql<SlotsRow>`
    with renewed as (${renewed({ connection, owner })}), content as (
      delete from limit_waiters where connection = ${connection} and owner = ${owner}
    ) ${seen({ connection, owner })}`.execute(db);
  return toSeen(rows, owner);
}

/** One that has run out is ours still if nobody has taken it. In the order of `takeSlots`, against deadlocks. */
function renewed({ connection, owner }: Owner) {
  return sql`
    update limit_slots set until = now() + ${leaseMs} * interval '1 millisecond'
    where connection = ${connection} and owner = ${owner} and slot in (
      select slot from limit_slots
      where connection = ${connection} and owner = ${owner}
        and until < now() + ${leaseMs / 2} * interval '1 millisecond'
      order by slot for update
    )
    returning slot`;
}

interface SlotsRow {
  readonly owner: string;
  readonly slots: readonly number[] | null;
  readonly waits: SlotOwner['waits'] | null;
}

/** All parts of a statement see the tables as they were before it: what was renewed just now is added. */
function seen({ connection, owner }: Owner) {
  return sql`
    select owner, held.slots, waiter.waits
    from (
      select owner, array_agg(slot) as slots from limit_slots
      where connection = ${connection} and (until > now() or slot in (select slot from renewed))
      group by owner
    ) as held full join (
      select owner, case when since < coalesce((
        select since from limit_waiters where connection = ${connection} and owner = ${owner}
      ), 'infinity') then 'before us' else 'after us' end as waits
      from limit_waiters
      where connection = ${connection} and owner <> ${owner} and until > now()
    ) as waiter using (owner)`;
}

function toSeen(rows: readonly SlotsRow[], owner: string): SlotsSeen {
  return {
    own: rows.find((row) => row.owner === owner)?.slots ?? [],
    others: rows
      .filter((row) => row.owner !== owner)
      .map(({ slots, waits }) => ({ slots: slots ?? [], waits: waits ?? undefined })),
  };
}

async function takeSlots(
  db: Database,
  { connection, owner }: Owner,
  slots: readonly number[],
): Promise<readonly number[]> {
  const { rows } = await sql<{ slot: number }>`
    insert into limit_slots (connection, slot, owner, until)
    select ${connection}, slot, ${owner}, now() + ${leaseMs} * interval '1 millisecond'
    from unnest(${slots}::int[]) as slot order by slot
    on conflict (connection, slot) do update set owner = excluded.owner, until = excluded.until
    where limit_slots.until <= now()
    returning slot`.execute(db);
  return rows.map(({ slot }) => slot);
}

async function giveSlots(
  db: Database,
  { connection, owner }: Owner,
  slots: readonly number[],
): Promise<void> {
  await sql`
    with given as (
      delete from limit_slots where connection = ${connection} and owner = ${owner} and slot in (
        select slot from limit_slots
        where connection = ${connection} and owner = ${owner} and slot = any(${slots}::int[])
        order by slot for update
      )
    )
    delete from limit_waiters where connection = ${connection} and owner = ${owner}`.execute(db);
}
