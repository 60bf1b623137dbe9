import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { type Capabilities, capabilitiesOf, missingFor, resourceNames } from '../../capabilities.ts';
import { createFinding, type Finding } from '../../finding.ts';
import { connectionsPath } from '../../load/paths.ts';
import type { SourceDocument } from '../../text/source-document.ts';
import { hintFor } from '../../text/suggest.ts';
import type { FlowContext } from './flow-context.ts';

/** One end of the flow while it is checked. */
interface End {
  readonly document: SourceDocument;
  readonly side: 'source' | 'target';
  readonly value: JsonObject;
  readonly context: FlowContext;
}

/** Do connection, resource, entity and direction of both ends lead somewhere, and can the resources do their part? */
export function checkEnds(
  document: SourceDocument,
  flow: JsonObject,
  context: FlowContext,
): readonly Finding[] {
  return (['source', 'target'] as const).flatMap((side) => {
    const value = flow[side];
    return isJsonObject(value) ? checkEnd({ document, side, value, context }) : [];
  });
}

function checkEnd(end: End): readonly Finding[] {
  const { document, side, value, context } = end;
  const entityFindings = checkEntity(end);
  const name = textAt(value, 'connection');
  if (name === undefined || !context.areConnectionsKnown) return entityFindings;
  const connection = context.connections.get(name);
  if (connection === undefined) {
    const message = `there is no connection "${name}" in ${connectionsPath}`;
    const hint = hintFor(name, [...context.connections.keys()]);
    const place = document.valuePlace([side, 'connection']);
    return [...entityFindings, createFinding('TLW_UNKNOWN_CONNECTION', place, message, hint)];
  }
  const connector = context.connectors.get(connection.connector);
  const resource = textAt(value, 'resource');
  // A broken connector or one that is unknown has its own finding.
  if (connector?.connector === undefined || resource === undefined) return entityFindings;
  const names = resourceNames(connection, connector);
  if (!names.includes(resource)) {
    const message = `the connection "${name}" (connector ${connector.name}) has no resource "${resource}"`;
    const place = document.valuePlace([side, 'resource']);
    return [
      ...entityFindings,
      createFinding('TLW_UNKNOWN_RESOURCE', place, message, hintFor(resource, names)),
    ];
  }
  const capabilities = capabilitiesOf(connection, connector, resource);
  if (capabilities === undefined) return entityFindings;
  const ofWork = side === 'source' ? checkRead(end, capabilities) : checkWrite(end, capabilities);
  return [...ofWork, ...(entityFindings.length > 0 ? entityFindings : checkMapping(end, capabilities))];
}

function checkEntity({ document, side, value, context }: End): readonly Finding[] {
  const entity = textAt(value, 'as');
  const { entities } = context.names;
  if (entity === undefined || entities.includes(entity)) return [];
  const place = document.valuePlace([side, 'as']);
  return [
    createFinding('TLW_UNKNOWN_ENTITY', place, `there is no entity "${entity}"`, hintFor(entity, entities)),
  ];
}

function checkRead({ document, value }: End, { can }: Capabilities): readonly Finding[] {
  if (can.has('read')) return [];
  const message = `the resource "${value.resource}" cannot be read`;
  const place = document.valuePlace(['source', 'resource']);
  return [createFinding('TLW_SOURCE_NO_READ', place, message, `${hasWords(can)}, and no \`read\``)];
}

function checkWrite({ document, value }: End, { can, isCreateRepeatable }: Capabilities): readonly Finding[] {
  const write = textAt(value, 'write');
  if (write === undefined || !['create', 'update', 'upsert', 'delete'].includes(write)) return [];
  const place = document.valuePlace(['target', 'write']);
  const missing = missingFor(write, can);
  if (missing !== undefined) {
    const message = `\`write: ${write}\` needs ${missing}, which the resource "${value.resource}" does not have`;
    return [createFinding('TLW_TARGET_NO_WRITE', place, message, hasWords(can))];
  }
  const isSafe = can.has('find') || can.has('upsert') || isCreateRepeatable || value.allowDuplicates === true;
  if (write !== 'create' || isSafe) return [];
  const message = `after a lost reply the resource "${value.resource}" cannot be asked whether a record was created`;
  const hint =
    'give it `find` or `upsert`, send `{{idempotencyKey}}` if the system knows such keys, or accept duplicates with `allowDuplicates: true`';
  return [createFinding('TLW_CREATE_DUPLICATES', place, message, hint)];
}

function checkMapping({ document, side, value }: End, { entity }: Capabilities): readonly Finding[] {
  const wanted = textAt(value, 'as');
  const direction = side === 'source' ? 'from' : 'to';
  if (wanted === undefined || (side === 'target' && value.write === 'delete')) return [];
  if (entity?.name === wanted && entity[direction]) return [];
  const mapped = side === 'source' ? 'is not mapped to' : 'is not mapped from';
  const message = `the resource "${value.resource}" ${mapped} the entity "${wanted}"`;
  const hint =
    entity !== undefined && entity.name !== wanted
      ? `its entity is "${entity.name}"`
      : `declare \`entity.${direction}\` on the resource, or leave \`as\` out and map in the flow`;
  return [createFinding('TLW_ENTITY_NO_MAPPING', document.valuePlace([side, 'as']), message, hint)];
}

function hasWords(can: Capabilities['can']): string {
  return can.size === 0 ? 'it can do nothing' : `it has ${[...can].map((each) => `\`${each}\``).join(', ')}`;
}

function textAt(value: JsonObject, name: string): string | undefined {
  const text = value[name];
  return typeof text === 'string' && text !== '' ? text : undefined;
}
