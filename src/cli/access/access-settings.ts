import type { OpenDatabase } from '../../app/open/open-database.ts';
import { type AccessSettings, toAccessSettings } from '../../workspace/parts/access-settings.ts';

/** Of the workspace; as they are by themselves where only its database is at hand. */
export async function accessSettings(open: OpenDatabase): Promise<AccessSettings> {
  return (await open.findWorkspace())?.settings.access ?? toAccessSettings();
}
