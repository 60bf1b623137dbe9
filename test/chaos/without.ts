import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What keeps the promises, and how to switch it off in a copy of the tree: if the checker then finds nothing, it is the
 * checker that is broken.
 */
export const guards = {
  reservation: [
    {
      file: 'src/store/line/xrefs.ts',
      // Nothing is reserved before a create: after a crash or a lost reply nobody knows that one was under way.
      from: 'export async function reserveXrefs(\n  db: Database,',
      to: 'export async function reserveXrefs(\n  db: Database | undefined,',
    },
    {
      file: 'src/store/line/xrefs.ts',
      from: /(readonly keys: readonly string\[\] \},\n\): Promise<ReadonlyMap<string, Reservation>> \{\n)/,
      to: '$1  if (db) return new Map();\n',
    },
  ],
  settle: [
    {
      // What is not found is made again at once, whatever the target may still be at work on.
      file: 'src/engine/line/decide/decide-create.ts',
      from: 'if (reservation === undefined || settleMs === 0) return',
      to: 'if (reservation === undefined || settleMs >= 0) return',
    },
  ],
  fence: [
    {
      file: 'src/store/line/lanes.ts',
      from: /(export async function fenceLane\([^)]*\): Promise<void> \{\n)/,
      to: '$1  if (lease) return;\n',
    },
    {
      // The same for a batch that is recorded in one statement.
      file: 'src/store/line/lanes.ts',
      from: / and epoch = \$\{epoch\} and owner = \$\{owner\}(\s+for update)/,
      to: '$1',
    },
  ],
  history: [
    {
      // Of some batches nothing is kept.
      file: 'src/store/line/record-ends.ts',
      from: '(history.batch ? [',
      to: '(history.batch && lane > 0 ? [',
    },
  ],
  cursor: [
    {
      // The cursor first, in a transaction of its own; what it stands for afterwards.
      file: 'src/store/line/stage-records.ts',
      from: '  const { rows } = await sql<{ idle',
      to:
        '  await sql`insert into cursors (flow, cursor, run_id) select ${flow}, ${cursor ?? null}::text, ${runId} where ${cursor ?? null}::text is not null\n' +
        '    on conflict (flow) do update set cursor = excluded.cursor`.execute(db);\n' +
        '  const { rows } = await sql<{ idle',
    },
  ],
} as const;

export type Guard = keyof typeof guards;

/** A copy of the package in `dir` with the guard switched off; answers where it is. */
export async function copyWithout(root: string, dir: string, guard: Guard): Promise<string> {
  await mkdir(dir, { recursive: true });
  for (const part of ['bin', 'src', 'connectors', 'schemas', 'package.json']) {
    await cp(join(root, part), join(dir, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
  for (const change of guards[guard]) {
    const { file } = change;
    await writeFile(join(dir, file), withoutGuard(await readFile(join(dir, file), 'utf8'), change));
  }
  return dir;
}

/** Throws where the source has changed, and the guard has to be told apart anew. */
export function withoutGuard(
  text: string,
  { file, from, to }: { readonly file: string; readonly from: string | RegExp; readonly to: string },
): string {
  const after = text.replace(from, to);
  if (after === text) throw new Error(`${file} has changed: say anew what is to be switched off`);
  return after;
}
