import type { Connector } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';

/** A connection as it is declared, references resolved. */
export interface DeclaredConnection {
  readonly name: string;
  readonly connector: Connector;
  readonly config: JsonObject;
  readonly resources: JsonObject;
  /** `allow`, `proxy` and `tls`, as they are written. */
  readonly network: JsonObject;
}

/** What a connector in code would refuse when it is opened: first of the connection itself, else of each resource. */
export function checkRefused(
  document: SourceDocument,
  path: Path,
  connection: DeclaredConnection,
): readonly Finding[] {
  const ofConnection = refusal(document, path, { ...connection, resources: {} });
  if (ofConnection.length > 0) return ofConnection;
  return Object.entries(connection.resources).flatMap(([name, resource]) =>
    refusal(document, path, { ...connection, resources: { [name]: resource } }),
  );
}

function refusal(
  document: SourceDocument,
  path: Path,
  { name, connector, config, resources, network }: DeclaredConnection,
): readonly Finding[] {
  try {
    const declared = Object.entries(resources).flatMap(([each, value]) =>
      isJsonObject(value) ? [[each, value] as const] : [],
    );
    const settings = {
      ...{ name, config, resources: Object.fromEntries(declared), limits: {}, workspaceDir: '/' },
      ...(Object.keys(network).length > 0 && { network: { tls: {} } }),
    };
    connector.refuse?.(settings);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { allow, ...others } = network;
    const written = { config, resources, ...(allow !== undefined && { network: {} }), ...others };
    const where = longestNamed(thrown.message, written);
    const message = thrown.message.replace(/^resources\.\S+?\.(?=\w+ )/, '');
    return [createFinding('TLW_RESOURCE_INVALID', document.valuePlace([...path, ...where]), message)];
  }
}

/** The path that a message speaks of: the longest one of the declaration that stands in it. */
function longestNamed(message: string, value: unknown): Path {
  const paths = [...pathsOf(value, [])].filter((path) => message.includes(path.join('.')));
  return paths.sort((a, b) => b.length - a.length)[0] ?? [];
}

function* pathsOf(value: unknown, path: Path): Generator<Path> {
  if (path.length > 0) yield path;
  if (!isJsonObject(value)) return;
  for (const [name, member] of Object.entries(value)) yield* pathsOf(member, [...path, name]);
}
