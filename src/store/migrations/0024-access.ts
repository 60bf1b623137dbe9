import { type Kysely, sql } from 'kysely';

/** Who may come in: users, tokens, sessions, and what is counted of those who try. No secret is in it in clear. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Known: the name as names are compared. Password: an argon2id hash with its parameters. Issuer and subject: whom an
  // identity provider means. A user is never deleted: audit entries name them.
  `create table users (
    id bigint generated always as identity primary key,
    name text not null,
    known text not null unique,
    email text,
    password text,
    issuer text,
    subject text,
    grants jsonb not null,
    disabled_at timestamptz,
    created_at timestamptz not null,
    logged_in_at timestamptz,
    unique (issuer, subject),
    check ((issuer is null) = (subject is null))
  )`,
  // Id: the part of a token that may be shown. Hash: SHA-256 of all of it. Without a user: made at the command line.
  `create table api_tokens (
    id text primary key,
    name text not null,
    hash bytea not null,
    user_id bigint references users (id),
    made_by text not null,
    grants jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
  )`,
  // Those that have ended are gone. Hash: SHA-256 of what the browser holds.
  `create table sessions (
    id bigint generated always as identity primary key,
    hash bytea not null unique,
    user_id bigint not null references users (id),
    way text not null check (way in ('password', 'link', 'oidc')),
    address text,
    client text,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create index sessions_user on sessions (user_id)`,
  `create table login_links (
    hash bytea primary key,
    user_id bigint not null references users (id),
    expires_at timestamptz not null
  )`,
  // A login that an identity provider has been asked for, until it answers. Hash: of what the browser holds meanwhile.
  `create table provider_logins (
    hash bytea primary key,
    state text not null,
    nonce text not null,
    verifier text not null,
    return_to text not null,
    expires_at timestamptz not null
  )`,
  // Browsers that a user came in from before, by a hash of both. What they try is counted by itself.
  `create table login_browsers (
    about bytea primary key,
    user_id bigint not null references users (id),
    seen_at timestamptz not null
  )`,
  // Failed logins, by the hash of whom they are about: an account, an address, a browser.
  `create table login_counts (
    about bytea primary key,
    failed integer not null,
    tried_at timestamptz not null,
    closed_until timestamptz
  )`,
  `create index login_counts_tried on login_counts (tried_at)`,
];
