import { type Kysely, sql } from 'kysely';

/**
 * One narrow row for what is known of a record at the target: what it was last given, and its id there. The rows of
 * `deliveries` and `xrefs` are moved by `move-known-records.ts`, piece by piece: that may take minutes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A backup that is reading them must not hold up everybody else behind this.
  `set local lock_timeout = '5s'`,
  // Within what a key is one record: what a flow has delivered, and what one scope of cross-references is about. Mostly
  // that is the same; of several flows that share a scope, one has it, and the others have a space of their own.
  `create table key_spaces (
    id integer generated always as identity primary key,
    flow text unique,
    entity text,
    source text,
    target text,
    unique (entity, source, target)
  )`,
  // Columns of fixed size come first: no room is lost between them. Nothing that is null takes any.
  `create table known_records (
    space integer not null,
    -- The set of members that it had as it was delivered.
    members integer,
    -- The run that said the id, or reserved the create; 0: a person.
    run_id bigint not null,
    since timestamptz not null default now(),
    doubt_since timestamptz,
    doubt_until timestamptz,
    -- Of the id at the target: r reserved, k known, s known and shared with another key. Null: none is kept.
    link "char",
    key text collate "C" not null,
    -- Of what was last delivered: 16 bytes of its SHA-256; empty where it is not certain what the target has; null: nothing.
    fingerprint bytea,
    version text collate "C",
    -- Null where it is the key.
    target_id text collate "C",
    measure text,
    primary key (space, key)
  ) with (fillfactor = 90)`,
  // One id has one key, but for those that a person has said to be one record. By 128 bits of its hash: an id may be
  // longer than an index takes.
  `create unique index known_records_id on known_records (
    space, hashtextextended(coalesce(target_id, key), 0),
    hashtextextended(coalesce(target_id, key), case when link = 's' then hashtextextended(key, 1) else 1 end)
  ) where link in ('k', 's')`,
  `create index known_records_doubt on known_records (doubt_until) where doubt_until is not null`,
  // From one to the next in the index: all rows of a large table would take their time.
  `insert into key_spaces (entity, source, target)
   with recursive scopes as (
     (select target, entity, source from xrefs order by target, entity, source limit 1)
     union all
     select next.* from scopes cross join lateral (
       select target, entity, source from xrefs
       where (target, entity, source) > (scopes.target, scopes.entity, scopes.source)
       order by target, entity, source limit 1
     ) as next
   )
   select entity, source, target from scopes
   union select entity, source, target from plans where target is not null and entity is not null and source is not null`,
  `update key_spaces set flow = ours.flow from (
     -- The one that has been there longest, as its scope is by now.
     select distinct on (entity, source, target) flow, entity, source, target from (
       select distinct on (flow) flow, entity, source, target, min(created_at) over (partition by flow) as begun_at
       from plans where target is not null and entity is not null and source is not null
       order by flow, created_at desc
     ) as latest order by entity, source, target, begun_at, flow
   ) as ours
   where key_spaces.entity = ours.entity and key_spaces.source = ours.source and key_spaces.target = ours.target`,
  `insert into key_spaces (flow)
   with recursive flows as (
     (select flow from deliveries order by flow limit 1)
     union all
     select next.flow from flows cross join lateral (
       select flow from deliveries where deliveries.flow > flows.flow order by flow limit 1
     ) as next
   )
   select flow from flows union select flow from plans
   except select flow from key_spaces where flow is not null`,
  `alter table deliveries rename to deliveries_before`,
  `alter table xrefs rename to xrefs_before`,
  // How far they have been moved: the last key of each.
  `create table known_records_moved (
    name text primary key,
    after text[] not null
  )`,
  // A worker of an earlier version that is still there takes this for an outage of the database, and waits, until it is
  // started anew as this version. It would find nothing known here otherwise, and write everything again.
  `create function refuse_earlier_versions() returns setof record language plpgsql as $$ begin
    raise exception 'these tables are of a later version of Tradelane: start this process anew with that version'
      using errcode = '57P03';
  end $$`,
  `create view deliveries as select * from refuse_earlier_versions() as refused
     (flow text, key text, fingerprint bytea, version text, run_id bigint, delivered_at timestamptz, measure text,
      members integer)`,
  `create view xrefs as select * from refuse_earlier_versions() as refused
     (entity text, source text, key text, target text, target_id text, run_id bigint, reserved_at timestamptz,
      confirmed_at timestamptz, doubt_since timestamptz, doubt_until timestamptz, shared_as text)`,
];
