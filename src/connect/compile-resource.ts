import type { Clock, EntityMapping, Resource } from '../contract/connector.ts';
import type { ManifestEntity, ManifestResource } from '../contract/generated/connector.ts';
import type { JsonObject } from '../contract/json.ts';
import { andThen, type Soon } from '../contract/soon.ts';
import type { PlaceOf } from '../mapping/tree.ts';
import { type Declaration, member, objectOf, required, textOf, toTree } from './declaration.ts';
import { compileFind } from './find/compile-find.ts';
import type { Search } from './find/compile-search.ts';
import { compileIdentity } from './resource/compile-identity.ts';
import { compileRead } from './resource/compile-read.ts';
import type { OpenSession } from './session.ts';
import { type CompiledWrite, compileWrite } from './write/compile-write.ts';
import type { WriteKind } from './write/write-template.ts';

/** A resource with everything compiled that its declaration says, not yet bound to a connection. */
export interface CompiledResource {
  readonly name: string;
  /** The request of its `read`, with which a connection can be tried. */
  readonly read: Search | undefined;
  bind(connection: ResourceBinding): Resource;
}

export interface ResourceBinding {
  readonly open: OpenSession;
  readonly clock: Clock;
  /** The configuration of the connection. */
  readonly config: () => Soon<JsonObject>;
}

export interface ResourceOptions {
  readonly name: string;
  /** Places by the path from the top of the file the declaration stands in. */
  readonly placeOf: PlaceOf;
  /** Path of the declaration in that file; `resources.NAME` if left out. */
  readonly path?: readonly (string | number)[];
  /** Whose clock shows a time that names no zone (IANA); UTC if left out. */
  readonly timezone?: string | undefined;
}

/**
 * Compiles a resource of a manifest or of a connection: data checked against `$defs/resource` of
 * schemas/connector.schema.json. Throws a Fault TL_WORKSPACE_INVALID that names the place, or where that is not known
 * the resource and the path of the member.
 */
export function compileResource(declaration: unknown, options: ResourceOptions): CompiledResource {
  const { name, placeOf, timezone } = options;
  const path = options.path ?? ['resources', name];
  const parts = compileParts(name, { value: declaration, path, placeOf, timezone });
  return { name, read: parts.read?.search, bind: (binding) => bindParts(name, parts, binding) };
}

function compileParts(name: string, declared: Declaration<ManifestResource>) {
  const identity = compileIdentity(declared);
  const [read, find] = [member(declared, 'read'), member(declared, 'find')];
  const [entity, schema] = [member(declared, 'entity'), member(declared, 'schema')];
  const write = (kind: WriteKind) => {
    const found = member(declared, kind);
    return found && compileWrite(found, kind, identity);
  };
  return {
    identity,
    read: read && compileRead(read, identity, name),
    find: find && compileFind(find, identity, `${name}.find`),
    create: write('create'),
    update: write('update'),
    upsert: write('upsert'),
    remove: write('delete'),
    entity: entity && compileEntity(entity),
    schema: schema && objectOf(schema),
  };
}

function bindParts(
  name: string,
  parts: ReturnType<typeof compileParts>,
  { open, clock, config }: ResourceBinding,
): Resource {
  const { identity, read, find, create, update, upsert, remove, entity, schema } = parts;
  const { key, version } = identity;
  const writes = { create, update, upsert };
  const bulkSize = Math.max(...[create, update, upsert, remove].map((write) => write?.size ?? 1));
  const replacing = (['update', 'upsert'] as const).filter((kind) => writes[kind]?.isReplacing);
  const hasBodies = Object.values(writes).some((write) => write?.bodyOf !== undefined);
  const boundFind = find?.(open);
  return Object.freeze<Resource>({
    name,
    keyOf: key.evaluate,
    ...(version && { versionOf: version.evaluate }),
    ...(read?.cursorTime && { cursorTime: read.cursorTime }),
    ...(entity && { entity: entity(config) }),
    ...(schema && { schema }),
    ...(read && { read: read.bind(open, clock) }),
    ...(boundFind && { find: boundFind }),
    ...(create && { create: create.bind(open, boundFind) }),
    ...(create?.idempotent && { isCreateRepeatable: true }),
    ...(update && { update: update.bind(open, boundFind) }),
    ...(upsert && { upsert: upsert.bind(open, boundFind) }),
    ...(remove && { delete: remove.bind(open, boundFind) }),
    ...(bulkSize > 1 && { bulkSize }),
    ...(replacing.length > 0 && { replacing }),
    ...(hasBodies && { bodyOf: bindBodies(writes, open) }),
  });
}

/** Where a write has no body of its own, its payload is sent. */
function bindBodies(
  writes: Readonly<Record<'create' | 'update' | 'upsert', CompiledWrite | undefined>>,
  open: OpenSession,
): NonNullable<Resource['bodyOf']> {
  return async (kind, item) => {
    const bodyOf = writes[kind]?.bodyOf;
    return bodyOf === undefined ? item.payload : bodyOf(await open(), item);
  };
}

/** Mappings read the record; the connection's configuration is there as `$config`. */
function compileEntity(
  declared: Declaration<ManifestEntity>,
): (config: ResourceBinding['config']) => EntityMapping {
  const name = textOf(required(declared, 'name'));
  const [fromDeclared, toDeclared] = [member(declared, 'from'), member(declared, 'to')];
  const from = fromDeclared && toTree(fromDeclared);
  const to = toDeclared && toTree(toDeclared);
  return (config) => ({
    name,
    ...(from && {
      from: (record: unknown) => andThen(config(), (known) => from.apply(record, { config: known })),
    }),
    ...(to && { to: (entity: unknown) => andThen(config(), (known) => to.apply(entity, { config: known })) }),
  });
}
