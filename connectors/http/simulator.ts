import type { FastifyInstance } from 'fastify';
import type { SimulatedSystem, Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { type Collection, createShop } from './simulator/shop.ts';

const token = 'simulated-token';

/** How many records a page has unless the request says otherwise; and the most it may ask for. */
const pageSizes = { byDefault: 50, most: 200 };

/** A plain API such as many systems have: lists by page, records under their key, PUT creates or replaces. */
const simulator: Simulator = {
  name: 'http',
  summary: 'A plain JSON API with orders, customers, stock and prices in the form of the entities',
  notModelled: [
    'Anything in particular: it is nobody’s API, but one that a first connection can be tried against.',
    'Limits and a schema: whatever is sent under a key is kept.',
  ],
  defaultSize: { orders: 100, customers: 50, products: 200 },
  create: createSystem,
};

export default simulator;

function createSystem({ seed, size, clock, effects }: SimulatorOptions): SimulatedSystem {
  const shop = createShop({ seed, size, clock, effects });
  return {
    routes: (app) => addRoutes(app, shop.collections),
    advance: shop.advance,
    config: (url) => ({ baseUrl: url, auth: { type: 'bearer', token } }),
    errorBody: (status) => problem(String(status), 'The service does not answer for a moment.'),
    counts: () => Object.fromEntries([...shop.collections].map(([name, each]) => [name, each.size()])),
  };
}

interface Query {
  readonly page?: string;
  readonly per_page?: string;
  readonly updated_since?: string;
}

type Params = { readonly collection: string; readonly key: string };

function addRoutes(app: FastifyInstance, collections: ReadonlyMap<string, Collection>): void {
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (headers.authorization === `Bearer ${token}`) return;
    return reply.code(401).send(problem('unauthorized', 'The token is missing or unknown.'));
  });
  app.get<{ Params: Params; Querystring: Query }>('/:collection', async ({ params, query }, reply) => {
    const collection = collections.get(params.collection);
    if (collection === undefined) return reply.code(404).send(notFound(params.collection));
    const perPage = Math.min(toCount(query.per_page) ?? pageSizes.byDefault, pageSizes.most);
    const page = toCount(query.page) ?? 1;
    const fitting = collection.changedSince(query.updated_since ?? '');
    const pages = Math.max(1, Math.ceil(fitting.length / perPage));
    return { items: fitting.slice((page - 1) * perPage, page * perPage), page, pages };
  });
  app.get<{ Params: Params }>('/:collection/:key', async ({ params }, reply) => {
    const record = collections.get(params.collection)?.get(params.key);
    return record ?? reply.code(404).send(notFound(`${params.collection}/${params.key}`));
  });
  app.put<{ Params: Params }>('/:collection/:key', async ({ params, body }, reply) => {
    const collection = collections.get(params.collection);
    if (collection === undefined) return reply.code(404).send(notFound(params.collection));
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return reply.code(422).send(problem('invalid', 'A record is a JSON object.'));
    const isNew = collection.get(params.key) === undefined;
    return reply.code(isNew ? 201 : 200).send(collection.put(params.key, { ...body }));
  });
}

/** `3`, but not `0` or `x`. */
function toCount(text: string | undefined): number | undefined {
  const count = Number(text);
  return Number.isInteger(count) && count > 0 ? count : undefined;
}

function notFound(what: string): unknown {
  return problem('not_found', `There is no ${what}.`);
}

function problem(code: string, message: string): unknown {
  return { error: { code, message } };
}
