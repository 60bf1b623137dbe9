import type { PostgresServer } from './processes/postgres-server.ts';

/**
 * Named places in the life of a record where a process can be killed or frozen: right before a statement of the line
 * takes effect. A trigger holds that statement up while its point is armed; whoever is held up is the victim. Nothing
 * of this is in the engine.
 */
export const killPoints = {
  'run claimed or settled': ['runs', 'update'],
  'batch staged': ['batches', 'insert'],
  'cursor moved': ['cursors', 'insert'],
  'lane leased': ['lanes', 'update'],
  'effect reserved': ['xrefs', 'insert'],
  'effect made': ['deliveries', 'insert'],
  'effect confirmed or in doubt': ['xrefs', 'update'],
  'record held': ['held', 'insert'],
  'hold postponed': ['held', 'update'],
  'error kept': ['errors', 'insert'],
  'batch postponed': ['batches', 'update'],
  'batch done': ['batches', 'delete'],
  'record blocked': ['awaited_xrefs', 'insert'],
  'record released': ['awaited_xrefs', 'delete'],
  'connection found away': ['circuits', 'insert'],
  'probe taken or in vain': ['circuits', 'update'],
  'connection back': ['circuits', 'delete'],
} as const;

export type KillPoint = keyof typeof killPoints;

export async function installKillPoints(postgres: PostgresServer): Promise<void> {
  const triggers = Object.entries(killPoints).map(
    ([point, [table, event]]) => `
      create trigger chaos_${event} after ${event} on tradelane.${table}
      for each statement execute function chaos.hold_up('${point}');`,
  );
  await postgres.query(`
    create schema chaos;
    create table chaos.armed (point text primary key);
    grant usage on schema chaos to public;
    create function chaos.hold_up() returns trigger language plpgsql as $$
    begin
      while exists (select 1 from chaos.armed where point = tg_argv[0]) loop
        perform pg_sleep(0.02);
      end loop;
      return null;
    end $$;
    ${triggers.join('\n')}`);
}

/**
 * Arms a point and gives the name of the first process that comes by to `strike`; disarmed after that, or when nobody
 * has come by in time. Answers with the victim's name.
 */
export async function strikeAt(
  postgres: PostgresServer,
  point: KillPoint,
  { waitMs, strike }: { readonly waitMs: number; readonly strike: (name: string) => Promise<void> },
): Promise<string | undefined> {
  await postgres.query('insert into chaos.armed values ($1) on conflict do nothing', [point]);
  try {
    for (const end = Date.now() + waitMs; Date.now() < end; ) {
      const [held] = await postgres.query<{ name: string }>(
        `select application_name as name from pg_stat_activity where wait_event = 'PgSleep' limit 1`,
      );
      if (held) {
        await strike(held.name);
        return held.name;
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return undefined;
  } finally {
    await postgres.query('delete from chaos.armed');
  }
}
