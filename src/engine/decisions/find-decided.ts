import { type Decision, findDecisions } from '../../store/errors/decisions.ts';
import type { Database } from '../../store/postgres/database.ts';

/** What a person has decided about exactly these versions, in their order; `undefined`: nothing, or it was taken back. */
export async function findDecided(
  db: Database,
  flow: string,
  versions: readonly { readonly key: string; readonly source: string }[],
): Promise<readonly (Decision | undefined)[]> {
  const decisions = await findDecisions(db, flow, [...new Set(versions.map(({ key }) => key))]);
  const byVersion = new Map(decisions.map((each) => [nameOf(each), each]));
  return versions.map((each) => byVersion.get(nameOf(each)));
}

function nameOf({ key, source }: { readonly key: string; readonly source: string }): string {
  return `${source} ${key}`;
}
