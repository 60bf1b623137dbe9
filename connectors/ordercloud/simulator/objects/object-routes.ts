import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isJsonObject, type JsonObject } from '../../../../src/contract/json.ts';
import type { EffectLog } from '../../../../src/simulator/simulator.ts';
import { type Collection, idOf } from './collection.ts';
import type { Predicate } from './filter.ts';
import { listObjects, type Query } from './list-objects.ts';
import type { Thing } from './object-types.ts';
import { notFound, refuse } from './refusal.ts';
import { createObject, overwriteObject, patchObject } from './write-object.ts';

export type Parameters = Readonly<Record<string, string>>;

export interface ObjectRoutes {
  /** Path of the list, such as `/v1/buyers/:buyerID/users`; one object is below it. */
  readonly path: string;
  readonly collection: (parameters: Parameters) => Collection;
  readonly effects: EffectLog;
  /** ID for an object that comes without one. */
  readonly newId: () => string;
  /** Called with what is about to be kept: checks it and fills in what the system itself knows. */
  readonly complete: (after: Thing, before: Thing | undefined, parameters: Parameters) => Thing;
  /** Called after an object has been kept. */
  readonly kept?: (after: Thing, before: Thing | undefined, parameters: Parameters) => void;
  /** Called before an object goes; throws where it has to stay. */
  readonly leaving?: (thing: Thing, parameters: Parameters) => void;
  /** Called after an object has gone. */
  readonly left?: (parameters: Parameters) => void;
  /** Query parameters of the list that are no filters. */
  readonly parameters?: readonly string[];
  /** What a list leaves out beyond the filters of the query. */
  readonly select?: (query: Query, parameters: Parameters) => readonly Predicate[];
  /** Version of an object as the effect log shows it. */
  readonly version?: (thing: Thing) => string | undefined;
}

/** List, read, create, overwrite, patch and delete, as the vendor does it for each of its resources. */
export function addObjectRoutes(app: FastifyInstance, routes: ObjectRoutes): void {
  addReadRoutes(app, routes);
  addWriteRoutes(app, routes);
  addDeleteRoute(app, routes);
}

export function parametersOf(request: FastifyRequest): Parameters {
  return request.params as Parameters;
}

export function bodyOf(request: FastifyRequest): JsonObject {
  if (isJsonObject(request.body)) return request.body;
  throw refuse(400, 'Request.InvalidRequestBody', 'The request body must be a JSON object.');
}

export function getObject(collection: Collection, id: string): Thing {
  const thing = collection.get(id);
  if (thing === undefined) throw notFound(collection.type.name, id);
  return thing;
}

function addReadRoutes(
  app: FastifyInstance,
  { path, collection, parameters = [], select }: ObjectRoutes,
): void {
  app.get(path, async (request) => {
    const at = parametersOf(request);
    const query = request.query as Query;
    const { type, list } = collection(at);
    const predicates = select?.(query, at) ?? [];
    return listObjects({ type, things: list(), sortedById: true, parameters, predicates }, query);
  });
  app.get(`${path}/:id`, async (request) => {
    const at = parametersOf(request);
    return getObject(collection(at), at['id'] ?? '');
  });
}

function addWriteRoutes(app: FastifyInstance, routes: ObjectRoutes): void {
  const { path, collection } = routes;
  app.post(path, async (request, reply) => {
    const at = parametersOf(request);
    const target = collection(at);
    const created = createObject(target.type, { ID: routes.newId(), ...withoutEmptyId(bodyOf(request)) });
    refuseTaken(target, idOf(created));
    const kept = keep(routes, at, created, undefined);
    return reply
      .code(201)
      .header('location', `${request.url.split('?')[0]}/${idOf(kept)}`)
      .send(kept);
  });
  app.put(`${path}/:id`, async (request) => {
    const at = parametersOf(request);
    const id = at['id'] ?? '';
    const target = collection(at);
    const before = target.get(id);
    const body = { ID: id, ...withoutEmptyId(bodyOf(request)) };
    const wanted =
      before === undefined ? createObject(target.type, body) : overwriteObject(target.type, before, body);
    return keep(routes, at, wanted, before);
  });
  app.patch(`${path}/:id`, async (request) => {
    const at = parametersOf(request);
    const target = collection(at);
    const before = getObject(target, at['id'] ?? '');
    return keep(routes, at, patchObject(target.type, before, withoutEmptyId(bodyOf(request))), before);
  });
}

function addDeleteRoute(app: FastifyInstance, routes: ObjectRoutes): void {
  const { path, collection, leaving, left, effects } = routes;
  app.delete(`${path}/:id`, async (request, reply) => {
    const at = parametersOf(request);
    const target = collection(at);
    const thing = getObject(target, at['id'] ?? '');
    leaving?.(thing, at);
    const key = idOf(thing);
    target.remove(key);
    left?.(at);
    effects.append({ system: 'ordercloud', resource: target.type.resource, key, action: 'delete' });
    return reply.code(204).send();
  });
}

/** An ID that differs from the one in the path renames the object. */
function keep(routes: ObjectRoutes, at: Parameters, wanted: Thing, before: Thing | undefined): Thing {
  const target = routes.collection(at);
  const isRenamed = before !== undefined && idOf(before) !== idOf(wanted);
  if (isRenamed) refuseTaken(target, idOf(wanted));
  const after = routes.complete(wanted, before, at);
  if (isRenamed) target.remove(idOf(before));
  target.put(after);
  routes.kept?.(after, before, at);
  const version = routes.version?.(after);
  routes.effects.append({
    system: 'ordercloud',
    resource: target.type.resource,
    key: idOf(after),
    action: before === undefined ? 'create' : 'update',
    ...(version === undefined ? {} : { version }),
  });
  return after;
}

/** That this is a 409 is documented; the code `IdExists` is from memory. */
function refuseTaken(collection: Collection, id: string): void {
  if (collection.get(id) === undefined) return;
  const data = { ObjectType: collection.type.name, ObjectID: id };
  throw refuse(409, 'IdExists', 'Object already exists.', data);
}

function withoutEmptyId({ ID, ...rest }: JsonObject): JsonObject {
  return ID === undefined || ID === null || ID === '' ? rest : { ID, ...rest };
}
