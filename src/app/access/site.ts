import type { AccessSettings } from '../../workspace/parts/access-settings.ts';
import { toSettings } from '../../workspace/parts/settings.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** `access` of the workspace; as it is by itself where only its database is at hand. */
export async function accessOf({
  findWorkspace,
}: Pick<OpenDatabase, 'findWorkspace'>): Promise<AccessSettings> {
  return ((await findWorkspace())?.settings ?? toSettings(undefined)).access;
}

/** Where browsers reach Tradelane, as the settings say it. */
export async function siteOf({ findWorkspace }: Pick<OpenDatabase, 'findWorkspace'>): Promise<string> {
  const { access, listen } = (await findWorkspace())?.settings ?? toSettings(undefined);
  return access.publicUrl ?? `http://${listen.replace(/^(0\.0\.0\.0|\[::\])(?=:)/, '127.0.0.1')}`;
}
