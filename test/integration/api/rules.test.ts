import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role, roles } from '../../../src/app/access/caller.ts';
import type { Endpoint } from '../../../src/endpoints/endpoint.ts';
import { endpoints } from '../../../src/endpoints/endpoints.ts';
import { readEndpointSchemas } from '../../../src/endpoints/schemas.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import { packageDir, useApi } from '../../support/servers/api.ts';
import { type ApiCall, exampleOf, toCall } from '../../support/servers/api-calls.ts';
import { type ApiWorld, createApiWorld } from '../../support/servers/api-world.ts';

const schemas = readEndpointSchemas(packageDir);

/** They tell nothing of anybody's data, or are for whoever is not known yet; each says itself whom it answers. */
const withoutRule: ReadonlySet<string> = new Set([
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /api/v1/openapi.json',
  'GET /api/v1/docs',
  'GET /api/v1/docs.css',
  'GET /',
  'GET /login',
  'GET /login/style.css',
  'GET /login/link',
  'POST /login/link',
  'POST /login/password',
  'GET /login/oidc',
  'GET /login/oidc/callback',
  'POST /logout',
]);

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: world.workspace.dir, databaseUrl: world.workspace.database.url }));

const callOf = (endpoint: Endpoint): ApiCall => toCall(endpoint, exampleOf(endpoint, schemas, world.real));
const ask = async (endpoint: Endpoint, as: string | null, call = callOf(endpoint)) =>
  await api.ask(call.method, call.path, { as, ...(call.body !== undefined && { body: call.body }) });
const named = endpoints.map((endpoint) => [endpoint.id, endpoint] as const);
/** About whoever has logged in: who comes with a token has not. */
const isOfLogin = ({ path }: Endpoint) => /^\/me\/|^\/logout/.test(path);
const reachesSome = ({ reach }: Endpoint) => reach === 'some';

describe('every route', () => {
  it('is in the document, with its role, and the document has no other', () => {
    const told = Object.entries(api.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} /api/v1${path}`),
    );
    const served = api.routes.filter((route) => !withoutRule.has(route) && !route.startsWith('HEAD '));
    expect(served.map((route) => route.replaceAll(/:(\w+)/g, '{$1}')).sort()).toEqual(told.sort());
    const silent = Object.values(api.document.paths).flatMap((methods) =>
      Object.values(methods).filter((each) => !roles.includes(each['x-role'] as Role)),
    );
    expect(silent).toEqual([]);
  });
});

/** In this order: what is refused first, so that it is there to be refused to everybody. */
describe('whoever may not', () => {
  it('changes nothing', async () => {
    const before = await dumpTables(world.workspace.database.db);
    for (const endpoint of endpoints) {
      const { id, role } = endpoint;
      expect((await ask(endpoint, null)).status, `${id} as nobody`).toBe(401);
      const lower = ['none', ...roles.slice(0, roles.indexOf(role))];
      for (const as of lower) {
        expect((await ask(endpoint, as)).status, `${id}, which is for ${role}, as ${as}`).toBe(403);
        expect((await ask(endpoint, `${as}@orders-*`)).status, `${id} as ${as} of orders`).toBe(403);
      }
      if (reachesSome(endpoint)) continue;
      const outside = endpoint.reach === 'everything' ? 403 : 404;
      for (const as of roles.slice(roles.indexOf(role)))
        expect((await ask(endpoint, `${as}@returns-*`)).status, `${id} as ${as} of returns`).toBe(outside);
    }
    expect(await dumpTables(world.workspace.database.db)).toEqual(before);
  }, 60_000);
});

describe('whoever may see some flows only', () => {
  it.each(named.filter(([, each]) => reachesSome(each) && each.method === 'GET'))(
    'is told nothing of the others by %s',
    async (_id, endpoint) => {
      const example = exampleOf(endpoint, schemas, world.real);
      // Nothing narrows it: all that there is.
      const required = (schemas.inputs.get(toFile(endpoint.id))?.['required'] ?? []) as readonly string[];
      const whole = Object.fromEntries(Object.entries(example).filter(([name]) => required.includes(name)));
      const as = `${endpoint.role}@returns-*`;
      const { status, body } = await ask(endpoint, as, toCall(endpoint, whole));
      expect(isOfLogin(endpoint) ? [403] : [200, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toMatch(/CANARY|orders-to-erp/);
      // Nor by what there is instead of something that is not there.
      for (const name of Object.keys(example)) {
        const mistyped = { ...whole, [name]: Array.isArray(example[name]) ? ['nothing'] : 'nothing' };
        const { body: told } = await ask(endpoint, as, toCall(endpoint, mistyped));
        expect(JSON.stringify(told), name).not.toMatch(/CANARY|orders-to-erp/);
      }
    },
  );
});

describe('whoever may', () => {
  it.each(named)('%s', async (id, endpoint) => {
    for (const as of [endpoint.role, `${endpoint.role}@orders-*`, 'admin']) {
      if (as.includes('@') && endpoint.reach === 'everything') continue;
      const { status, body } = await ask(endpoint, as);
      if (isOfLogin(endpoint)) {
        expect([status, (body as { detail?: string }).detail]).toEqual([
          403,
          expect.stringContaining('logged in'),
        ]);
        continue;
      }
      expect([401, 403, 429], `${id} as ${as}: ${JSON.stringify(body)}`).not.toContain(status);
      expect(status, `${id} as ${as}: ${JSON.stringify(body)}`).toBeLessThan(500);
      if (endpoint.method === 'GET') expect(status, `${id} as ${as}: ${JSON.stringify(body)}`).toBe(200);
    }
  });
});

function toFile(id: string): string {
  return id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
