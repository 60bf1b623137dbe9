import { type KyselyPlugin, type RawNode, sql } from 'kysely';
import type { Database } from '../../src/store/postgres/database.ts';
import { until } from './until.ts';

/** How the server has carried out a statement. */
export interface ExplainedStatement {
  /** `Index Only Scan using errors_settled on errors`: each look into a table, in the order of the plan. */
  readonly scans: readonly string[];
  readonly ms: number;
}

/**
 * Has the server explain the first statement that `run` sends, as our own code has written it, with its values. Nothing
 * comes out of it: whatever `run` makes of no rows, or throws, is left aside.
 */
export async function explain(
  db: Database,
  run: (db: Database) => Promise<unknown>,
): Promise<ExplainedStatement> {
  let explained: ExplainedStatement | undefined;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (node.kind !== 'RawNode') throw new Error(`only what is written out is explained, got ${node.kind}`);
      const [first = '', ...rest] = (node as RawNode).sqlFragments;
      return { ...node, sqlFragments: [`explain (analyze, format json) ${first}`, ...rest] };
    },
    transformResult: async ({ result }) => {
      const row = result.rows[0] as { readonly 'QUERY PLAN'?: readonly [PlanDocument] } | undefined;
      const [document] = row?.['QUERY PLAN'] ?? [];
      if (document)
        explained ??= {
          scans: [...scansOf(document.Plan)],
          ms: document['Execution Time'] + document['Planning Time'],
        };
      return { ...result, rows: [] };
    },
  };
  await run(db.withPlugin(plugin)).catch(() => undefined);
  if (!explained) throw new Error('nothing was explained');
  return explained;
}

/**
 * What the server knows of a table is what is in it, as after a night: rows that are younger than any snapshot, of the
 * server's own work too, are not yet known to be visible to all, so it is told again until they are.
 */
export async function refreshStatistics(db: Database, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await until(
      async () => {
        await sql`vacuum (analyze) ${sql.ref(table)}`.execute(db);
        const { rows } = await sql<{ done: boolean }>`
          select relallvisible >= relpages as done from pg_class where oid = ${table}::regclass`.execute(db);
        return rows[0]?.done === true;
      },
      { timeoutMs: 30_000 },
    );
  }
}

interface PlanDocument {
  readonly Plan: PlanNode;
  readonly 'Execution Time': number;
  readonly 'Planning Time': number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function* scansOf(node: PlanNode): Generator<string> {
  const { 'Node Type': kind, 'Index Name': index, 'Relation Name': relation, Plans = [] } = node;
  if (index !== undefined) yield `${kind} using ${index}`;
  else if (relation !== undefined) yield `${kind} on ${relation}`;
  for (const child of Plans) yield* scansOf(child);
}
