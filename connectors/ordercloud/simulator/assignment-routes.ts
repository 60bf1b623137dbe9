import type { FastifyInstance } from 'fastify';
import { isJsonObject } from '../../../src/contract/json.ts';
import { addressesOf, type Marketplace } from './marketplace.ts';
import { idOf } from './objects/collection.ts';
import { listObjects, type Query, singleValue } from './objects/list-objects.ts';
import { bodyOf, getObject, parametersOf } from './objects/object-routes.ts';
import type { ObjectType, Thing } from './objects/object-types.ts';

const assignmentType: ObjectType = {
  name: 'AddressAssignment',
  resource: 'addressassignments',
  properties: {},
  required: ['AddressID'],
  sortable: [],
};

/** Who may use which address. An assignment has no ID: the IDs in it are its identity, saying it again changes it. */
export function addAssignmentRoutes(app: FastifyInstance, marketplace: Marketplace): void {
  const path = '/v1/buyers/:buyerID/addresses/assignments';
  app.get(path, async (request) => {
    const query = request.query as Query;
    const assignments = assignmentsOf(marketplace, parametersOf(request)['buyerID']);
    const things = assignments.filter(
      (assignment) =>
        isAsked(query, 'addressID', assignment['AddressID']) &&
        isAsked(query, 'userID', assignment['UserID']) &&
        isAsked(query, 'userGroupID', assignment['UserGroupID']),
    );
    const { page, pageSize } = query;
    return listObjects({ type: assignmentType, things, sortedById: false }, { page, pageSize });
  });
  app.post(path, async (request, reply) => {
    const { buyerID } = parametersOf(request);
    const action = assign(marketplace, buyerID ?? '', bodyOf(request));
    const key = isJsonObject(request.body) ? String(request.body['AddressID']) : '';
    marketplace.effects.append({ system: 'ordercloud', resource: 'addressassignments', key, action });
    return reply.code(204).send();
  });
}

function assign(marketplace: Marketplace, buyerId: string, body: Thing): 'create' | 'update' {
  const assignments = assignmentsOf(marketplace, buyerId);
  const { UserID = null, UserGroupID = null, IsShipping = false, IsBilling = false } = body;
  const AddressID = idOf(getObject(addressesOf(marketplace, buyerId), String(body['AddressID'])));
  const wanted: Thing = { AddressID, UserID, UserGroupID, IsShipping, IsBilling };
  const index = assignments.findIndex((known) =>
    ['AddressID', 'UserID', 'UserGroupID'].every((name) => known[name] === wanted[name]),
  );
  if (index < 0) assignments.push(wanted);
  else assignments[index] = wanted;
  return index < 0 ? 'create' : 'update';
}

function assignmentsOf(marketplace: Marketplace, buyerId = ''): Thing[] {
  getObject(marketplace.buyers, buyerId);
  return marketplace.addressAssignments.get(buyerId) ?? [];
}

function isAsked(query: Query, name: string, value: unknown): boolean {
  const wanted = singleValue(query, name);
  return wanted === undefined || wanted === value;
}
