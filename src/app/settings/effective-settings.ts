import { settingsDefaults } from '../../contract/generated/defaults.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { isError } from '../../workspace/finding.ts';
import { settingsPath } from '../../workspace/load/paths.ts';
import { parseSource } from '../../workspace/text/source-document.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What holds: as config/tradelane.yaml says it, and as it is taken where that says nothing; secrets are left out. */
export function effectiveSettings(workspace: Workspace): JsonObject {
  const file = workspace.files.get(settingsPath);
  const isBroken = workspace.findings.some((finding) => finding.file === settingsPath && isError(finding));
  const said = file === undefined || isBroken ? {} : parseSource(file).value;
  const all = layOver(settingsDefaults as unknown as JsonObject, isJsonObject(said) ? said : {});
  return withoutSecrets(all, {});
}

/** Objects member by member; anything else in place of what was there. */
function layOver(below: JsonObject, above: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const own = merged[name];
    merged[name] = isJsonObject(own) && isJsonObject(value) ? layOver(own, value) : value;
  }
  return merged;
}
