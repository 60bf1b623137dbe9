import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, expect } from 'vitest';
import { createApi } from '../../../src/api/create-api.ts';
import { createDraining } from '../../../src/api/draining.ts';
import type { OpenApiDocument } from '../../../src/api/open-api.ts';
import type { Caller, Role } from '../../../src/app/access/caller.ts';
import { createRuntime, type Runtime } from '../../../src/app/engine/runtime.ts';
import { createProbes } from '../../../src/app/health/probes.ts';
import { createLiveViews } from '../../../src/app/live/live-views.ts';
import { loadFrom } from '../../../src/app/open/load.ts';
import { databaseOf } from '../../../src/app/open/open-database.ts';
import { openStore, type Store } from '../../../src/app/open/open-store.ts';
import { createLooks, servedLooks } from '../../../src/app/plan/looks.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { present } from '../../../src/contract/present.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { createMetrics } from '../../../src/observe/metrics/metrics.ts';

export const packageDir = join(import.meta.dirname, '..', '..', '..');

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The document, validated against the OpenAPI document. */
  readonly body: unknown;
}

export interface TestApi {
  readonly url: string;
  readonly runtime: Runtime;
  readonly document: OpenApiDocument;
  /** Nobody is let in any more as this. */
  revoke(as: string): void;
  /** What the server listens to: `GET /api/v1/runs/:run`. */
  readonly routes: readonly string[];
  /** Asks below /api/v1; `as` is a role over all flows, or `role@pattern`. */
  ask(method: string, path: string, asked?: Asked): Promise<ApiAnswer>;
}

export interface Asked {
  /** admin if left out; `null`: nobody. */
  readonly as?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API over a workspace and a database, for the tests of a file. Whoever asks is whom the token names: `Bearer viewer@orders-*`. */
export function useApi(open: () => { readonly dir: string; readonly databaseUrl: string }): TestApi {
  let served: (TestApi & { close(): Promise<void> }) | undefined;
  beforeAll(async () => {
    served = await serveForTests(open());
  });
  afterAll(async () => served?.close());
  const found = () => present(served, 'the API of the tests');
  return {
    get url() {
      return found().url;
    },
    get runtime() {
      return found().runtime;
    },
    get document() {
      return found().document;
    },
    get routes() {
      return found().routes;
    },
    revoke: (as) => found().revoke(as),
    ask: (method, path, asked) => found().ask(method, path, asked),
  };
}

interface ServeWish {
  readonly dir: string;
  readonly databaseUrl: string;
}

export async function serveForTests({
  dir,
  databaseUrl,
}: ServeWish): Promise<TestApi & { close(): Promise<void> }> {
  const around = {
    env: { DATABASE_URL: databaseUrl },
    clock: { now: () => Date.now() },
    random: Math.random,
    packageDir,
    stop: new AbortController().signal,
    logTo: process.stderr,
  };
  const loaded = await loadFrom(around, dir);
  const store: Store = await openStore(around.env, dir);
  const log = createLogger('silent', process.stderr);
  const runtime = createRuntime(around, { loaded, store, log });
  const openDatabase = databaseOf(runtime);
  const revoked = new Set<string>();
  const metrics = createMetrics({ version: '0.0.0', poolUse: () => ({ busy: 0, idle: 0, waiting: 0 }) });
  const looks = createLooks({ ...servedLooks, stop: around.stop });
  const authenticate = async ({ headers }: FastifyRequest) => {
    if (revoked.has(headers.authorization ?? ''))
      throw new Fault('TL_UNAUTHENTICATED', 'the token is revoked');
    return callerOf(headers.authorization);
  };
  const views = createLiveViews(runtime, { failed: () => {} });
  const server = createApi({
    authenticate,
    live: { views, recheck: authenticate, stop: around.stop, heartbeatMs: 200 },
    login: {
      open: openDatabase,
      access: () => loaded.workspace.settings.access,
      site: () => 'http://localhost',
      env: around.env,
      log,
      loginsPerMinute: 60,
    },
    deskFor: (caller) => ({
      caller,
      open: openDatabase,
      around,
      dir,
      looks,
      useEngine: (use) => use(runtime),
    }),
    idempotency: openDatabase,
    packageDir,
    version: '0.0.0',
    log,
    maxBodyBytes: 1_000_000,
    requestsPerMinute: loaded.workspace.settings.requestsPerMinute,
    probes: createProbes(around, { runtime, metrics, log }),
    draining: createDraining(around.stop),
  });
  const url = await listen(server);
  const document = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as OpenApiDocument;
  const check = createAnswerCheck(document);
  return {
    url,
    runtime,
    document,
    revoke: (as) => revoked.add(`Bearer ${as}`),
    routes: routesOf(server.printRoutes({ commonPrefix: false })),
    async ask(method, path, { as = 'admin', body, headers = {} } = {}) {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(as !== null && { authorization: `Bearer ${as}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const told = text === '' ? undefined : JSON.parse(text);
      check({ method, path: path.split('?')[0] ?? '', status: answer.status }, told);
      return { status: answer.status, headers: answer.headers, body: told };
    },
    async close() {
      await server.close();
      await runtime.close();
      await store.close();
    },
  };
}

/** Of a tree: each line goes on where the one above it that is further out has ended. */
function routesOf(tree: string): readonly string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^([│ ]*)[├└]── (\S+)(?: \((.+)\))?$/.exec(line);
    if (found === null) return [];
    const [, indent = '', part = '', methods = ''] = found;
    const depth = indent.length / 4;
    above.splice(depth, above.length, `${above[depth - 1] ?? ''}${part}`);
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${above[depth]}`);
  });
}

async function listen(server: FastifyInstance): Promise<string> {
  return await server.listen({ host: '127.0.0.1', port: 0 });
}

/** `Bearer support@orders-*` */
function callerOf(authorization: string | undefined): Caller {
  const found = /^Bearer (none|viewer|support|integrator|admin)(?:@(.+))?$/.exec(authorization ?? '');
  if (found === null)
    throw new Fault('TL_UNAUTHENTICATED', 'sign in, or send a token: Authorization: Bearer tl_…');
  const [, role = '', flows = '*'] = found;
  const grants = role === 'none' ? [] : [{ role: role as Role, flows }];
  return { name: role, via: 'token', grants };
}

/** Every answer is as the document says: of its operation and status, or a problem. */
function createAnswerCheck({ paths, components }: OpenApiDocument) {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  ajv.addSchema({ $id: 'api', components });
  const validators = new Map<string, ValidateFunction>();
  const validate = (ref: string, told: unknown) => {
    const known = validators.get(ref) ?? ajv.compile({ $ref: `api${ref}` });
    validators.set(ref, known);
    known(told);
    expect(known.errors ?? [], JSON.stringify(told)).toEqual([]);
  };
  const places = Object.keys(paths).map((path) => ({
    path,
    fits: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return ({ method, path, status }: { method: string; path: string; status: number }, told: unknown) => {
    if (status >= 400) return validate('#/components/schemas/problem', told);
    const place = places.find(({ fits }) => fits.test(path));
    const operation = place && paths[place.path]?.[method.toLowerCase()];
    if (operation === undefined || status === 304) return;
    const responses = operation['responses'] as Readonly<Record<string, Response | undefined>>;
    const response = responses[status];
    expect(Object.keys(responses), `${method} ${path} answered ${status}`).toContain(String(status));
    const schema = response?.content?.['application/json']?.schema.$ref;
    if (schema === undefined) expect(told).toBeUndefined();
    else validate(schema, told);
  };
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref: string } }>>;
}
