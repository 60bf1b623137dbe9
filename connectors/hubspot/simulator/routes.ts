import { isJsonObject } from '../../../src/contract/json.ts';
import {
  type Account,
  type Action,
  type Answer,
  type App,
  answerNotFound,
  answerProblem,
  type PathParams,
} from './account.ts';
import { batchArchive, batchCreate, batchRead, batchUpdate, batchUpsert } from './batch-actions.ts';
import {
  createObject,
  deleteObject,
  getObject,
  listObjects,
  patchObject,
  searchObjects,
} from './object-actions.ts';
import { invalid } from './problem.ts';
import { createProperty, getProperty, listProperties } from './property-actions.ts';

type Route = readonly [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, action: Action];

const objectRoutes: readonly Route[] = [
  ['GET', '', listObjects],
  ['POST', '', createObject],
  ['GET', '/:id', getObject],
  ['PATCH', '/:id', patchObject],
  ['DELETE', '/:id', deleteObject],
  ['POST', '/search', searchObjects],
  ['POST', '/batch/read', batchRead],
  ['POST', '/batch/create', batchCreate],
  ['POST', '/batch/update', batchUpdate],
  ['POST', '/batch/upsert', batchUpsert],
  ['POST', '/batch/archive', batchArchive],
];

const propertyRoutes: readonly Route[] = [
  ['GET', '', listProperties],
  ['POST', '', createProperty],
  ['GET', '/:id', getProperty],
];

/** Both families of paths that HubSpot's OpenAPI documents have, with the same shapes behind them. */
const objectPaths = ['/crm/v3/objects/:type', '/crm/objects/2026-03/:type', '/crm/objects/2026-09/:type'];

export function addRoutes(app: App, account: Account): void {
  for (const base of objectPaths) addAll(app, account, base, objectRoutes);
  addAll(app, account, '/crm/v3/properties/:type', propertyRoutes);
  app.setErrorHandler((error, _request, reply) => {
    const status = isJsonObject(error) && typeof error.statusCode === 'number' ? error.statusCode : 500;
    const message = status === 500 ? 'internal error' : 'Invalid input JSON';
    const { body } = answerProblem(account, { ...invalid(message), status });
    return reply.code(status).send(body);
  });
}

function addAll(app: App, account: Account, base: string, routes: readonly Route[]): void {
  for (const [method, path, action] of routes) {
    app.route<{ Params: PathParams; Querystring: Record<string, string | undefined> }>({
      method,
      url: base + path,
      handler: async ({ params, query, body }, reply) => {
        const { status, body: sent } = run(account, action, { params, query, body });
        return sent === undefined ? reply.code(status).send() : reply.code(status).send(sent);
      },
    });
  }
}

interface Received {
  readonly params: PathParams;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

function run(account: Account, action: Action, { params, query, body }: Received): Answer {
  const table = account.crm.table(params.type);
  if (table === undefined) return answerNotFound(account);
  return action(account, { table, id: params.id ?? '', query, body });
}
