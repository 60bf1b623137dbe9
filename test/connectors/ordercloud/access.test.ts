import { existsSync, readFileSync } from 'node:fs';
import fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import {
  addressType,
  buyerType,
  priceScheduleType,
  productType,
  userType,
} from '../../../connectors/ordercloud/simulator/objects/object-types.ts';
import { lineItemType, orderType } from '../../../connectors/ordercloud/simulator/orders/order-types.ts';
import simulator from '../../../connectors/ordercloud/simulator.ts';
import { createEffectLog } from '../../../src/simulator/effect-log.ts';
import { login, type OrderCloud, send, smallSize, startOrderCloud } from './client.ts';

let cloud: OrderCloud | undefined;
afterEach(() => cloud?.close());

describe('the token endpoint of the OrderCloud simulator', () => {
  it('gives a token that ends when it says', async () => {
    cloud = await startOrderCloud();
    const { status, body } = await login(cloud);
    expect([status, body]).toMatchObject([200, { expires_in: 35_999, token_type: 'bearer' }]);
    const ask = () => send(cloud!, 'GET', '/v1/products?pageSize=1', { token: body.access_token });
    expect((await ask()).status).toBe(200);
    cloud.tick(600 * 60_000);
    const late = await ask();
    expect([late.status, late.body.Errors[0].ErrorCode]).toEqual([401, 'InvalidToken']);
    const refreshed = await login(cloud, { grant_type: 'refresh_token', refresh_token: body.refresh_token });
    expect((await send(cloud, 'GET', '/v1/products', { token: refreshed.body.access_token })).status).toBe(
      200,
    );
  });

  it('refuses in two dialects at once', async () => {
    cloud = await startOrderCloud();
    const cases = [
      [{ client_id: 'x' }, 400, 'invalid_client', 'ApiClient.InvalidClientID'],
      [{ client_secret: 'x' }, 401, 'invalid_client', 'Auth.OauthError'],
      [{ grant_type: 'password' }, 400, 'invalid_request', 'Auth.UsernameAndPasswordRequired'],
      [
        { grant_type: 'password', username: 'x', password: 'y' },
        401,
        'invalid_grant',
        'Auth.InvalidUsernameOrPassword',
      ],
      [{ grant_type: 'magic' }, 400, 'unsupported_grant_type', 'Auth.OauthError'],
    ] as const;
    for (const [fields, status, error, code] of cases) {
      const answer = await login(cloud, fields);
      expect([answer.status, answer.body.error, answer.body.Errors[0].ErrorCode]).toEqual([
        status,
        error,
        code,
      ]);
    }
  });

  it('lets nobody in without a token, and leads errors with a byte order mark', async () => {
    cloud = await startOrderCloud();
    expect((await send(cloud, 'GET', '/v1/products', {})).status).toBe(401);
    const raw = await (await fetch(`${cloud.url}/v1/products`)).arrayBuffer();
    expect([...new Uint8Array(raw).slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});

const document = new URL('../../../../shared/systems/specs/ordercloud/openapi-1.0.260.json', import.meta.url);

describe.skipIf(!existsSync(document))('compared with the OpenAPI document 1.0.260', () => {
  // biome-ignore lint/suspicious/noExplicitAny: somebody else's document
  const openapi: any = existsSync(document) ? JSON.parse(readFileSync(document, 'utf8')) : {};
  const shape = (path: string): string => path.replace(/\{\w+\}|:\w+/g, '{}');

  it('simulates no route that the vendor does not have', () => {
    const app = fastify();
    const routes: string[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD' && method !== 'OPTIONS') routes.push(`${method} ${shape(url)}`);
    });
    const effects = createEffectLog();
    simulator.create({ seed: 1, size: smallSize, clock: { now: () => 0 }, effects }).routes(app);
    const known = Object.entries<object>(openapi.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} /v1${shape(path)}`),
    );
    expect(routes.length).toBeGreaterThan(35);
    expect(routes.filter((route) => !known.includes(route))).toEqual(['POST /oauth/token']);
  });

  const lists = [
    [orderType, '/orders/{direction}'],
    [lineItemType, '/orders/{direction}/{orderID}/lineitems'],
    [userType, '/buyers/{buyerID}/users'],
    [buyerType, '/buyers'],
    [addressType, '/buyers/{buyerID}/addresses'],
    [productType, '/products'],
    [priceScheduleType, '/priceschedules'],
  ] as const;

  it.each(lists)('knows the properties of $name as documented', (type, path) => {
    const documented = openapi.components.schemas[type.name].properties;
    for (const [name, property] of Object.entries(type.properties)) {
      expect([name, documented[name]]).toEqual([name, expect.anything()]);
      expect([name, property.readOnly ?? false]).toEqual([name, documented[name].readOnly ?? false]);
      expect([name, property.maxLength]).toEqual([name, documented[name].maxLength]);
    }
    const sortBy = openapi.paths[path].get.parameters.find(
      (parameter: { name: string }) => parameter.name === 'sortBy',
    );
    for (const name of type.sortable) expect(sortBy.schema.items.enum).toContain(name);
  });

  it.each(lists)('demands what the document demands of a new $name', (type, path) => {
    const body = openapi.paths[path].post.requestBody?.content['application/json'].schema;
    expect(type.required.toSorted()).toEqual((body?.required ?? []).toSorted());
  });
});
