import type { PostgresServer } from './processes/postgres-server.ts';

/**
 * Waits until everything has come to rest: each flow has begun a run after the last change and read it to its end, and
 * no set of errors is worked off and nothing is staged or held any more, but for what is blocked: whether it rightly is, the checker says. What was blocked
 * and waits for another reason by now, as for the outcome of its create, is still on its way. Answers with what is still
 * open when time runs out; nothing if it settled.
 */
export async function settle(postgres: PostgresServer, timeoutMs: number): Promise<readonly string[]> {
  const [mark] = await postgres.query<{ last: number }>(
    'select coalesce(max(id), 0)::int as last from tradelane.runs',
  );
  let open: readonly string[] = [];
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    open = await openWork(postgres, mark?.last ?? 0).catch((thrown: Error) => [thrown.message]);
    if (open.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return open;
}

async function openWork(postgres: PostgresServer, after: number): Promise<readonly string[]> {
  const rows = await postgres.query<{ what: string }>(
    `select 'not yet read again: ' || flow as what from (select distinct flow from tradelane.runs) as flows
     where not exists (
       select 1 from tradelane.runs
       where runs.flow = flows.flow and id > $1 and status in ('succeeded', 'errors') and trigger = 'schedule'
     )
     union all select 'staged: ' || flow || ' lane ' || lane || ', attempts ' || attempts || ', due ' ||
       extract(epoch from due_at - now())::int || ' s: ' || coalesce(fault::text, '') from tradelane.batches
     union all select 'set ' || bulks.id || ' is ' || bulks.state || ', ' || count(item.error_id) || ' errors wait'
       || coalesce(': ' || (fault->>'message'), '')
     from tradelane.bulks left join tradelane.bulk_items as item on item.bulk_id = bulks.id and item.state = 'waiting'
     where bulks.state in ('waiting', 'running', 'paused') group by bulks.id
     union all select 'held: ' || flow || ' ' || key || ', attempts ' || attempts || ', due ' ||
       coalesce(extract(epoch from due_at - now())::int::text, '-') || ' s: ' || coalesce(fault::text, '')
     from tradelane.held where blocked_at is null or
       (due_at is not null and not exists (select 1 from tradelane.awaited_xrefs where held_id = held.id))`,
    [after],
  );
  return rows.map(({ what }) => what);
}
