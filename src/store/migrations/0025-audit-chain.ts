import { type Kysely, sql } from 'kysely';

/**
 * What people have decided becomes a chain: each entry has a position, and a hash over what it says and the hash before
 * it. All of it is done by the database, so that an entry of an earlier version, or of another program, is in it as well.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Digest: of what names people or things (reason, about), with salt: what is erased later leaves a digest that nobody
  // can guess it from, and a chain that still fits. No salt: something of the entry was erased.
  `alter table audit_entries add column via text, add column salt bytea, add column digest bytea`,
  `create index audit_entries_by on audit_entries (by, id desc) where by is not null`,
  `create index audit_entries_deed on audit_entries (deed, id desc)`,
  `create index audit_entries_flow on audit_entries (flow, id desc) where flow is not null`,
  `create index audit_entries_at on audit_entries (at, id)`,
  `create table audit_chain (
    position bigint primary key,
    entry_id bigint not null unique references audit_entries (id),
    hash bytea not null
  )`,
  // The last of the chain. Whoever adds to it has this row until the transaction ends.
  `create table audit_head (
    is_only boolean primary key default true check (is_only),
    position bigint not null,
    hash bytea not null
  ) with (fillfactor = 20)`,
  `insert into audit_head (position, hash) values (0, '\\x')`,
  // What an entry says in clear, and what is hashed of it; as jsonb is written out, one text for one content.
  `create function audit_private(about jsonb, reason text) returns bytea language sql stable as $$
    select convert_to(jsonb_build_array(about, reason)::text, 'UTF8')
  $$`,
  `create function audit_public(place bigint, entry audit_entries) returns bytea language sql stable as $$
    select convert_to(jsonb_build_array(
      place, entry.id, (extract(epoch from entry.at) * 1000000)::bigint, entry.by, entry.via, entry.deed, entry.flow,
      entry.run_id, entry.count, encode(entry.digest, 'hex')
    )::text, 'UTF8')
  $$`,
  `create function seal_audit_entry() returns trigger language plpgsql set search_path = tradelane, pg_temp as $$ begin
    new.salt := uuid_send(gen_random_uuid());
    new.digest := sha256(new.salt || audit_private(new.about, new.reason));
    return new;
  end $$`,
  // At the end of the transaction of what was decided: others wait for no more than its commit, and nobody waits for
  // anything else while having the head.
  `create function chain_audit_entry() returns trigger language plpgsql set search_path = tradelane, pg_temp as $$
  declare
    head audit_head;
  begin
    select * into strict head from audit_head for update;
    head.position := head.position + 1;
    head.hash := sha256(head.hash || audit_public(head.position, new));
    insert into audit_chain (position, entry_id, hash) values (head.position, new.id, head.hash);
    update audit_head set position = head.position, hash = head.hash;
    return null;
  end $$`,
  `do $$
  declare
    entry audit_entries;
    head audit_head;
    seed bytea;
  begin
    select * into strict head from audit_head;
    for entry in select * from audit_entries order by id loop
      seed := uuid_send(gen_random_uuid());
      entry.digest := sha256(seed || audit_private(entry.about, entry.reason));
      update audit_entries set salt = seed, digest = entry.digest where id = entry.id;
      head.position := head.position + 1;
      head.hash := sha256(head.hash || audit_public(head.position, entry));
      insert into audit_chain (position, entry_id, hash) values (head.position, entry.id, head.hash);
    end loop;
    update audit_head set position = head.position, hash = head.hash;
  end $$`,
  `alter table audit_entries alter column digest set not null`,
  `create trigger audit_entries_seal before insert on audit_entries
     for each row execute function seal_audit_entry()`,
  `create constraint trigger audit_entries_chain after insert on audit_entries deferrable initially deferred
     for each row execute function chain_audit_entry()`,
  `create function refuse_audit_change() returns trigger language plpgsql set search_path = tradelane, pg_temp as $$ begin
    if tg_op = 'UPDATE' and tg_table_name = 'audit_head' then
      if new.position = old.position + 1 then return new; end if;
    elsif tg_op = 'UPDATE' and tg_table_name = 'audit_entries' then
      -- The one change that there is: what was said about a person who is erased. Everything else stays, and the chain fits.
      if new.salt is null and (new.about, new.reason) is distinct from (old.about, old.reason)
        and (new.id, new.at, new."by", new.via, new.deed, new.flow, new.run_id, new.count, new.digest)
          is not distinct from
            (old.id, old.at, old."by", old.via, old.deed, old.flow, old.run_id, old.count, old.digest)
      then return new; end if;
    end if;
    raise exception 'what was decided is kept as it is: % of %.% is refused', tg_op, tg_table_schema, tg_table_name
      using errcode = '42501';
  end $$`,
  ...['audit_entries', 'audit_chain', 'audit_head'].flatMap((table) => [
    `create trigger ${table}_kept before update or delete on ${table}
       for each row execute function refuse_audit_change()`,
    `create trigger ${table}_whole before truncate on ${table}
       for each statement execute function refuse_audit_change()`,
  ]),
];
