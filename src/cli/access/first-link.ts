import { makeFirstLink } from '../../app/access/users/login-links.ts';
import type { Runtime } from '../../app/engine/runtime.ts';
import { databaseOf } from '../../app/open/open-database.ts';
import type { Context } from '../context.ts';
import { printNote } from '../output/print.ts';

/** For whoever tries Tradelane: as long as nobody has logged in, a link that lets them in. */
export async function tellFirstLink(context: Context, runtime: Runtime, url: string): Promise<void> {
  const link = await makeFirstLink(databaseOf(runtime), context.user);
  if (link === undefined) return;
  const { publicUrl = url } = runtime.plans.workspace().settings.access;
  printNote(context, `log in as ${link.user}, once, within ten minutes: ${publicUrl}${link.path}`);
}
