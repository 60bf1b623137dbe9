import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { isMarked, memberNodes, type Nodes, rootNodes } from '../../schema/walk-schema.ts';

/** What looks like a secret by its name, whatever a schema says of it. */
const secretNames =
  /secret|password|passphrase|token(?!url)|apikey|^keys?$|encrypt|authorization|cookie|credential/i;

/**
 * A configuration as it is written, without what is secret in it: members that the schema marks (`writeOnly`), those that
 * look like a secret by their name, and what stands before the `@` of an address. References such as `${ERP_SECRET}` stay:
 * they name a secret, and are none.
 */
export function withoutSecrets(value: JsonObject, schema: JsonObject): JsonObject {
  return cleanObject(value, rootNodes({ schema }));
}

function cleanObject(value: JsonObject, nodes: Nodes): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      const own = memberNodes(nodes, name);
      const isSecret = own.some(({ node }) => isMarked(node)) || secretNames.test(name);
      if (isSecret && !isReference(member))
        return isJsonObject(member) ? [[name, cleanObject(member, own)]] : [];
      return [[name, clean(member, own)] as const];
    }),
  );
}

function clean(value: unknown, nodes: Nodes): unknown {
  if (Array.isArray(value)) return value.map((each, index) => clean(each, memberNodes(nodes, index)));
  if (isJsonObject(value)) return cleanObject(value, nodes);
  return typeof value === 'string' ? value.replace(/(\/\/)[^/@\s]*@/g, '$1') : value;
}

/** All of it is said by a reference, and none has a value to fall back to. */
function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^\$\{(?:env:|file:)?[^}:]+\}$/.test(value.trim());
}
