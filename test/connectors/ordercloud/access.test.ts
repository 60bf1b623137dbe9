import { readFileSync } from 'node:fs';
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

/** What the vendor's document says of its routes and of the types that are simulated. */
const vendor = JSON.parse(readFileSync(new URL('vendor-facts.json', import.meta.url), 'utf8')) as {
  readonly routes: readonly string[];
  readonly types: Readonly<Record<string, VendorType>>;
};

interface VendorType {
  readonly sortable: readonly string[];
  readonly properties: Readonly<Record<string, { readonly readOnly?: boolean; readonly maxLength?: number }>>;
}

describe('compared with the OpenAPI document 1.0.260', () => {
  const shape = (path: string): string => path.replace(/\{\w+\}|:\w+/g, '{}');

  it('simulates no route that the vendor does not have', () => {
    const app = fastify();
    const routes: string[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD' && method !== 'OPTIONS') routes.push(`${method} ${shape(url)}`);
    });
    const effects = createEffectLog();
    simulator.create({ seed: 1, size: smallSize, clock: { now: () => 0 }, effects }).routes(app);
    expect(routes.length).toBeGreaterThan(35);
    expect(routes.filter((route) => !vendor.routes.includes(route))).toEqual(['POST /oauth/token']);
  });

  const types = [orderType, lineItemType, userType, buyerType, addressType, productType, priceScheduleType];

  it.each(types)(
    'knows the properties of $name as documented',
    ({ name: typeName, properties, sortable }) => {
      const documented = vendor.types[typeName]!;
      for (const [name, property] of Object.entries(properties)) {
        const { readOnly = false, maxLength } = documented.properties[name]!;
        expect([name, property.readOnly ?? false]).toEqual([name, readOnly]);
        expect([name, property.maxLength]).toEqual([name, maxLength]);
      }
      for (const name of sortable) expect(documented.sortable).toContain(name);
    },
  );
});
