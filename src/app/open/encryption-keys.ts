import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import { type GivenKey, type OperatorKey, parseOperatorKeys } from '../../store/crypto/operator-keys.ts';
import { resolveValue } from '../../workspace/compile/resolve-value.ts';
import { settingsPath } from '../../workspace/load/paths.ts';
import { toSourceFile } from '../../workspace/load/read-files.ts';
import { commandsOf } from '../../workspace/secrets/commands.ts';
import { commandsIn, describeMissing, referenceSource } from '../../workspace/secrets/reference-source.ts';
import { parseSource } from '../../workspace/text/source-document.ts';
import type { Env } from '../../workspace/workspace.ts';

const variable = 'TRADELANE_ENCRYPTION_KEY';

/**
 * The keys that payloads are encrypted with, as the settings of a workspace or the environment give them; none: they are
 * kept in clear. Throws a Fault TL_ENCRYPTION for one that is given and is none.
 */
export async function loadEncryptionKeys(env: Env, workspaceDir: string): Promise<readonly OperatorKey[]> {
  const named = await keysOfSettings(env, workspaceDir);
  return parseOperatorKeys(named ?? keysOfVariable(env[variable] ?? ''));
}

function keysOfVariable(text: string): readonly GivenKey[] {
  const keys = text.split(/[,\s]+/).filter((key) => key !== '');
  return keys.map((key, nth) => ({
    text: key,
    from: keys.length === 1 ? variable : `key ${nth + 1} of ${variable}`,
  }));
}

/** `undefined`: they name none. */
async function keysOfSettings(env: Env, workspaceDir: string): Promise<readonly GivenKey[] | undefined> {
  const bytes = await readFile(join(workspaceDir, settingsPath)).catch(ifMissing);
  // Nearly always there is no such word in it, and nothing has to be parsed.
  if (bytes === undefined || !bytes.includes('encryption')) return undefined;
  const document = parseSource(toSourceFile(settingsPath, bytes));
  if (!document.isReliable) {
    throw new Fault(
      'TL_ENCRYPTION',
      `${settingsPath} speaks of encryption and cannot be read, so nothing was opened: \`tradelane validate\` says what is wrong with it`,
    );
  }
  const encryption = isJsonObject(document.value) ? document.value['encryption'] : undefined;
  if (encryption === undefined) return undefined;
  const keys = isJsonObject(encryption) ? encryption['keys'] : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every((key) => typeof key === 'string')) {
    throw new Fault(
      'TL_ENCRYPTION',
      `encryption.keys in ${settingsPath} must be a list of keys, such as ["\${${variable}}"]`,
    );
  }
  // Waited for here, so that nothing stands still meanwhile.
  await Promise.all(commandsIn(keys).map((line) => commandsOf(env).run(line)));
  return keys.map((key, nth) => resolveKey(env, key, `encryption.keys[${nth}] in ${settingsPath}`));
}

function ifMissing(thrown: unknown): undefined {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw new Fault(
    'TL_ENCRYPTION',
    `${settingsPath} cannot be read, so nobody knows whether it names keys, and nothing was opened: ${message}`,
    { cause: thrown },
  );
}

function resolveKey(env: Env, key: string, from: string): GivenKey {
  const { value, missing } = resolveValue(key, undefined, referenceSource(env));
  const [lost] = missing;
  if (lost !== undefined) {
    const why = describeMissing(lost.reference, env);
    throw new Fault('TL_ENCRYPTION', `${from} needs a key, and ${why}: nothing was opened`);
  }
  return { text: String(value), from };
}
