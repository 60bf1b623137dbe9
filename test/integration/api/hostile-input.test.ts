import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import type { Endpoint } from '../../../src/endpoints/endpoint.ts';
import { endpoints } from '../../../src/endpoints/endpoints.ts';
import { inputName, readEndpointSchemas } from '../../../src/endpoints/schemas.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';
import { packageDir, useApi } from '../../support/servers/api.ts';
import { exampleOf, toCall } from '../../support/servers/api-calls.ts';
import { type ApiWorld, createApiWorld } from '../../support/servers/api-world.ts';

/**
 * Whatever is asked of an endpoint, it is done or refused: no answer is a mistake of ours or tells of our inside, each is
 * as the document says, and what was refused has changed nothing.
 */

const schemas = readEndpointSchemas(packageDir);
let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: world.workspace.dir, databaseUrl: world.workspace.database.url }));

const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`);

const hostileText = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  "'; drop table runs; --",
  "' or '1'='1",
  '$1',
  '%',
  '\\',
  '%00',
  '../../../etc/passwd',
  '${env:HOME}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\ud800',
  '\u202e\u0007\u001b[31m',
  '💥'.repeat(50),
  'null',
  '__proto__',
  'constructor',
  '1e999',
  'x'.repeat(3_000),
  '9'.repeat(400),
  '2026-99-99T99:99:99Z',
  '0000-00-00',
  '(a+)+$',
  'WyJydW5zIiwiMSJd',
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1.5,
    2_147_483_648,
    9_007_199_254_740_991,
    9_007_199_254_740_992,
    1e308,
    -1e21,
    [],
    [[]],
    [null],
    {},
    { $ref: '#' },
    deep(200),
    Array.from({ length: 2_000 }, (_, nth) => nth),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }),
);

interface Hostile {
  /** Members of the input, by their place among those that it may have, and what they get. */
  readonly members: readonly (readonly [number, unknown])[];
  /** Members that are not given. */
  readonly without: readonly number[];
  readonly stray: readonly (readonly [string, unknown])[];
}

const aHostile: fc.Arbitrary<Hostile> = fc.record({
  members: fc.array(fc.tuple(fc.nat(30), hostileValue), { minLength: 1, maxLength: 3 }),
  without: fc.array(fc.nat(30), { maxLength: 1 }),
  stray: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(hostileText, hostileValue), { maxLength: 1 }) },
  ),
});

/** What is no JSON, or no object, or not said to be. */
const oddBodies: readonly (readonly [string, string])[] = [
  ['application/json', '{'],
  ['application/json', '[]'],
  ['application/json', 'null'],
  ['application/json', '"x"'],
  ['application/json', '{"a":1,"a":2}'],
  ['application/json', '{"__proto__":{"isAdmin":true}}'],
  ['application/json', `{"flow":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
  ['application/json', `{"flow":"${'x'.repeat(2_000_000)}"}`],
  ['application/json', '{"limit":1e400}'],
  ['application/json; charset=utf-16', '{}'],
  ['text/plain', '{}'],
  ['application/x-www-form-urlencoded', 'flow=orders-to-erp'],
  ['multipart/form-data; boundary=x', '--x--'],
  ['', '{}'],
];

/** Of what is inside: statements, files, stacks. */
const inside =
  /\bat (async )?[\w.<>]+ \(|node_modules|\.ts:\d|\/src\/|syntax error at|invalid input syntax|violates|\bselect\b.+\bfrom\b|\binsert into\b|TL_DEFECT|kysely|ECONN/i;

async function expectSound(at: string, answer: Promise<{ readonly status: number; readonly body: unknown }>) {
  const { status, body } = await answer;
  const text = JSON.stringify(body) ?? '';
  expect(status, `${at}: ${text.slice(0, 500)}`).toBeLessThan(500);
  if (status >= 400) expect(text, at).not.toMatch(inside);
  return status;
}

const dump = () => dumpTables(world.workspace.database.db);

function membersOf(endpoint: Endpoint): readonly string[] {
  return Object.keys((schemas.inputs.get(inputName(endpoint))?.['properties'] ?? {}) as JsonObject);
}

function toHostile(endpoint: Endpoint, { members, without, stray }: Hostile): JsonObject {
  const names = membersOf(endpoint);
  const nameAt = (nth: number) => names[nth % names.length] ?? 'stray';
  const gone = new Set(without.map(nameAt));
  return {
    ...Object.fromEntries(
      Object.entries(exampleOf(endpoint, schemas, world.real)).filter(([name]) => !gone.has(name)),
    ),
    ...Object.fromEntries(members.map(([nth, value]) => [nameAt(nth), value])),
    ...Object.fromEntries(stray),
  };
}

it.each(endpoints.map((endpoint) => [endpoint.id, endpoint] as const))(
  'does or refuses whatever is asked: %s',
  async (_id, endpoint) => {
    let before = await dump();
    const isLook = endpoint.method === 'GET' || endpoint.isLook === true;
    const heldTo = async (input: JsonObject) => {
      const { method, path, body } = toCall(endpoint, input);
      const at = `${method} ${path.slice(0, 300)} ${JSON.stringify(body)?.slice(0, 500) ?? ''}`;
      const status = await expectSound(at, api.ask(method, path, { ...(body !== undefined && { body }) }));
      if (isLook) return;
      const after = await dump();
      if (status >= 400) expect(after, at).toEqual(before);
      before = after;
    };
    await fc.assert(
      fc.asyncProperty(aHostile, (hostile) => heldTo(toHostile(endpoint, hostile))),
      // What has to be looked at for it takes longer than all the rest.
      propertyRuns(endpoint.isLook === true ? 5 : 10),
    );
    if (isLook) expect(await dump()).toEqual(before);
  },
  60_000,
);

it('refuses bodies that are none', async () => {
  const before = await dump();
  for (const endpoint of endpoints.filter(({ method }) => method !== 'GET')) {
    const { method, path } = toCall(endpoint, exampleOf(endpoint, schemas, world.real));
    for (const [type, body] of oddBodies) {
      const at = `${method} ${path} ${type} ${body.slice(0, 60)}`;
      const headers = { 'content-type': type };
      const status = await expectSound(at, api.ask(method, path, { as: 'none', body, headers }));
      expect(status, at).toBeGreaterThanOrEqual(400);
    }
  }
  for (const [type, body] of oddBodies) {
    const headers = { 'content-type': type };
    await expectSound(
      `${type} ${body.slice(0, 60)}`,
      api.ask('POST', '/flows/nothing/runs', { body, headers }),
    );
  }
  expect(await dump()).toEqual(before);
});
