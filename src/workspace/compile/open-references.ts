import { createSecrets, type Secrets } from '../../connect/answer/secrets.ts';
import type { ConnectionSettings, LateSettings } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { JsonObject } from '../../contract/json.ts';
import { rootNode } from '../checks/schema-node.ts';
import { type Commands, commandsOf } from '../secrets/commands.ts';
import {
  commandsIn,
  describeMissing,
  type Noting,
  referenceSource,
  refersToChanging,
} from '../secrets/reference-source.ts';
import type { TextReferenceSource } from '../text/references.ts';
import type { ConnectionEntry, Workspace } from '../workspace.ts';
import { openNetwork } from './open-network.ts';
import { resolveValue } from './resolve-value.ts';

/** Puts values in place of the references in a part of a connection; `what` names the part in messages. */
export type Resolve = (value: unknown, what: string, schema?: JsonObject) => unknown;

/** What of a connection's settings holds its references. */
export type OpenedSettings = Pick<ConnectionSettings, 'config' | 'network' | 'load' | 'renew'>;

export interface References {
  readonly resolve: Resolve;
  /** What references have turned out to stand for: in no message. */
  readonly secrets: Secrets;
  settingsOf(entry: ConnectionEntry, schema: JsonObject): OpenedSettings;
  /** Looks once more, and says whether anything has become another since the last look. */
  watch(entry: ConnectionEntry, schema: JsonObject): () => Promise<boolean>;
}

/**
 * The references of one connection. Commands are waited for without holding up anything else where the connector can
 * wait, which those in YAML can; for one in code, and for what is declared of resources, they are run at once.
 */
export function openReferences(workspace: Workspace, name: string): References {
  const { env } = workspace;
  const secrets = createSecrets();
  const note: Noting = (reference, value) => {
    if (reference.kind !== 'env' || secretVariable.test(reference.name)) secrets.add(value);
  };
  const source = referenceSource(env, note);
  const resolve = resolveAll({ workspace, name }, source);
  const settle = (entry: ConnectionEntry, schema: JsonObject): LateSettings => {
    const { allow, proxy, tls } = entry.network;
    const network = openNetwork(
      { name, dir: workspace.dir, env },
      {
        allow: resolve(allow, 'network.allow'),
        proxy: resolve(proxy, 'proxy'),
        tls: resolve(tls, 'tls'),
      },
    );
    const config = resolve(entry.config, 'config', schema) as JsonObject;
    return { config, ...(network && { network }) };
  };
  return {
    resolve,
    secrets,
    settingsOf(entry, schema) {
      const lines = commandsIn([entry.config, entry.network]);
      if (workspace.connectors.get(entry.connector)?.kind !== 'manifest') return settle(entry, schema);
      const isLate = lines.length > 0;
      const known = resolveAll({ workspace, name }, { ...source, exec: (line) => `\${exec:${line}}` });
      const now = isLate
        ? { config: known(entry.config, 'config', schema) as JsonObject }
        : settle(entry, schema);
      const { load, renew } = followSettings(() => settle(entry, schema), {
        first: isLate ? undefined : now,
        prepare: (how) => Promise.all(lines.map((line) => commandsOf(env)[how](line))),
      });
      return { ...now, ...(isLate && { load }), ...(refersToChanging(entry.config) && { renew }) };
    },
    watch({ config, resources }, schema) {
      const look = () => JSON.stringify([resolve(config, 'config', schema), resolve(resources, 'resources')]);
      let last = look();
      return async () => {
        await Promise.all(commandsIn([config, resources]).map((line) => commandsOf(env).renew(line)));
        const before = last;
        last = look();
        return last !== before;
      };
    },
  };
}

/** The environment gives addresses and names as well, which messages are to say. */
const secretVariable =
  /(?:^|_)(?:secret|pass|passw(?:or)?d|passphrase|pwd|token|key|pat|jwt|auth|cookie|session|credential)s?_?\d*$/i;

interface Following {
  /** As they are already; absent: nobody knows them yet. */
  readonly first: LateSettings | undefined;
  readonly prepare: (how: keyof Pick<Commands, 'run' | 'renew'>) => Promise<unknown>;
}

function followSettings(
  settle: () => LateSettings,
  { first, prepare }: Following,
): Required<Pick<ConnectionSettings, 'load' | 'renew'>> {
  let last = first && JSON.stringify(first.config);
  const take = (): LateSettings => {
    const settings = settle();
    last = JSON.stringify(settings.config);
    return settings;
  };
  return {
    load: async () => {
      await prepare('run');
      return take();
    },
    renew: async () => {
      await prepare('renew');
      const before = last;
      const settings = take();
      return last === before ? undefined : settings;
    },
  };
}

interface Asking {
  readonly workspace: Workspace;
  /** The connection. */
  readonly name: string;
}

function resolveAll({ workspace, name }: Asking, source: TextReferenceSource): Resolve {
  return (value, what, schema) => {
    const resolved = resolveValue(value, schema && rootNode(schema), source);
    const [missing] = resolved.missing;
    if (missing === undefined) return resolved.value;
    const where = [what, ...missing.path].join('.');
    throw new Fault(
      'TL_CONNECTION_CONFIG',
      `connection "${name}": ${describeMissing(missing.reference, workspace.env)}, but ${where} needs it`,
    );
  };
}
