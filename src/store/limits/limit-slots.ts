import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { SharedSlots, SlotOwner, SlotsSeen, SlotsWish } from '../../contract/shared-limits.ts';
import type { Database } from '../postgres/database.ts';

interface Owner {
  readonly connection: string;
  readonly owner: string;
}

/** The slots of one connection, for one owner: a row each, leased until it is renewed or runs out. */
export function openSlots(db: Database, we: Owner): SharedSlots {
  return { leaseMs, share: (wish) => shareSlots(db, we, wish) };
}

/** How long the slots of a process that was killed are gone. */
const leaseMs = 6_000;
/** Who waits says so at least twice a second. */
const waitingMs = 2_000;

/**
 * Two processes may reach for the same slot: the primary key gives it to one of them. One that has run out is ours still
 * if nobody has taken it. Rows are locked in the order of their slots, against deadlocks.
 */
async function shareSlots(db: Database, { connection, owner }: Owner, wish: SlotsWish): Promise<SlotsSeen> {
  const { concurrency, have, waits } = wish;
  const isOurs = sql`connection = ${connection} and owner = ${owner}`;
  const { rows } = await sql<SlotOwner & { readonly isOurs: boolean }>`
    with ours as (
      select slot, row_number() over (order by slot) <= ${have} as stays, until >= ${inMs(leaseMs / 2)} as lasts
      from limit_slots where ${isOurs}
    ), changing as (
      select slot from limit_slots
      where ${isOurs} and slot in (select slot from ours where not (stays and lasts)) order by slot for update
    ), given as (
      delete from limit_slots using changing join ours using (slot)
      where ${isOurs} and limit_slots.slot = changing.slot and not stays
    ), renewed as (
      update limit_slots set until = ${inMs(leaseMs)} from changing join ours using (slot)
      where ${isOurs} and limit_slots.slot = changing.slot and stays
      returning limit_slots.slot
    ), taken as (
      insert into limit_slots (connection, slot, owner, until)
      select ${connection}, slot, ${owner}, ${inMs(leaseMs)} from generate_series(1, ${concurrency}::int) as slot
      where slot not in (select slot from limit_slots where connection = ${connection} and until > now())
        and slot not in (select slot from ours)
      order by slot limit greatest(0, ${have} - (select count(*) from ours))
      on conflict (connection, slot) do update set owner = excluded.owner, until = excluded.until
        where limit_slots.until <= now()
      returning slot
    ), ${listed({ connection, owner }, waits)}
    select true as "isOurs", null as waits, ((select count(*) from ours where stays and lasts)
      + (select count(*) from renewed) + (select count(*) from taken))::int as slots
    union all ${othersOf({ connection, owner }, waits)}`.execute(db);
  const own = present(
    rows.find((row) => row.isOurs),
    'how many slots are ours',
  );
  const others = rows.filter((row) => !row.isOurs);
  return { own: own.slots, others: others.map(({ slots, waits }) => ({ slots, waits: waits ?? undefined })) };
}

function listed({ connection, owner }: Owner, waits: boolean) {
  return sql`listed as (
    insert into limit_waiters (connection, owner, until)
    select ${connection}, ${owner}, ${inMs(waitingMs)} where ${waits}::boolean
    on conflict (connection, owner) do update set until = excluded.until
  ), content as (
    delete from limit_waiters where connection = ${connection} and (
      (owner = ${owner} and not ${waits}::boolean) or (owner <> ${owner} and until < now() - interval '1 minute')
    )
  )`;
}

/** As it was before the statement: whoever leaves the line with it still has a row there. */
function othersOf({ connection, owner }: Owner, waits: boolean) {
  return sql`
    select false, waits, coalesce(slots, 0) from (
      select owner, count(*)::int as slots from limit_slots
      where connection = ${connection} and owner <> ${owner} and until > now() group by owner
    ) as held full join (
      select owner, case when since < coalesce((
        select since from limit_waiters
        where connection = ${connection} and owner = ${owner} and ${waits}::boolean
      ), 'infinity') then 'before us' else 'after us' end as waits
      from limit_waiters where connection = ${connection} and owner <> ${owner} and until > now()
    ) as waiter using (owner)`;
}

function inMs(ms: number) {
  return sql`now() + ${ms} * interval '1 millisecond'`;
}
