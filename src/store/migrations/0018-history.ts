import { type Kysely, sql } from 'kysely';

/** What became of records: a row a batch, in parts that are dropped whole when they are old. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The parts that there are. What is new goes into the last: a row is there only once its partitions are.
  `create table history_parts (
    part integer primary key,
    from_at timestamptz not null default now()
  )`,
  `create sequence history_ids`,
  // Columns of fixed size come first: no room is lost between them.
  `create table history (
    part integer not null,
    lane integer,
    id bigint not null default nextval('history_ids'),
    run_id bigint not null,
    -- When it was staged; null where that is not known any more.
    read_at timestamptz,
    at timestamptz not null default now(),
    records integer not null,
    flow text collate "C" not null,
    -- Source records as they were staged, what became of each, and what the target was given (kept whole only).
    payload bytea not null,
    ends bytea not null,
    sent bytea,
    -- By what they are found: hashes of 4 bytes. Null once they have been merged into segments.
    terms bytea,
    primary key (part, id)
  ) partition by list (part)`,
  // They are compressed already, or say nothing that could be.
  `alter table history alter column payload set storage external, alter column ends set storage external,
     alter column sent set storage external, alter column terms set storage external`,
  `create index history_run on history (run_id)`,
  `create index history_fresh on history (id) where terms is not null`,
  // Segments: which blocks, from the first to the last, have which terms. A bucket has those that begin with the same bits.
  `create table history_terms (
    part integer not null,
    segment integer not null,
    bucket integer not null,
    first_id bigint not null,
    last_id bigint not null,
    entries bytea not null,
    primary key (bucket, segment, part)
  ) partition by list (part)`,
  `alter table history_terms alter column entries set storage external`,
  `create table history_1 partition of history for values in (1)`,
  `create table history_terms_1 partition of history_terms for values in (1)`,
  `insert into history_parts (part) values (1)`,
  // What is kept of the flow as this plan has it.
  `alter table plans add column history text not null default 'changes'`,
];
