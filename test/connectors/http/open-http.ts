import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { compileManifest, type ManifestOptions } from '../../../src/connect/compile-manifest.ts';
import type { ConnectionWatch } from '../../../src/contract/connection-watch.ts';
import type {
  ConnectionLimits,
  NetworkSettings,
  OpenConnection,
  PageLengths,
  ReadRequest,
  Resource,
} from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { type Answer, type SeenRequest, startTestServer, type TestServer } from './test-server.ts';

const manifest: unknown = parse(
  readFileSync(new URL('../../../connectors/http/connector.yaml', import.meta.url), 'utf8'),
);

export const never = new AbortController().signal;

export interface TestClock {
  now(): number;
  advance(ms: number): void;
}

export function createTestClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

export interface OpenOptions {
  readonly config?: JsonObject;
  readonly limits?: ConnectionLimits;
  readonly clock?: { now(): number };
  readonly http?: ManifestOptions['http'];
  readonly network?: NetworkSettings;
  /** Laid over the manifest of the http connector. */
  readonly manifest?: JsonObject;
  /** `responses` and `error` of the connection. */
  readonly answers?: JsonObject;
  readonly pages?: PageLengths;
  readonly watch?: ConnectionWatch;
}

/** Retries come at once, so that no test waits. */
const quick = { delayMs: 1 };

/** A connection of the http connector; closed when the test ends. */
export function openHttp(
  baseUrl: string,
  resources: Readonly<Record<string, JsonObject>>,
  options: OpenOptions = {},
): OpenConnection {
  const connector = compileManifest(
    { ...(manifest as JsonObject), ...options.manifest },
    { placeOf: () => undefined, http: { retry: quick, ...options.http } },
  );
  const connection = connector.open(
    {
      name: 'erp',
      config: { baseUrl, ...options.config },
      resources,
      limits: options.limits ?? {},
      ...(options.network && { network: options.network }),
      ...(options.answers && { answers: options.answers }),
      workspaceDir: '.',
    },
    {
      clock: options.clock ?? createTestClock(),
      log: { debug() {}, warn() {} },
      ...(options.pages && { pages: options.pages }),
      ...(options.watch && { watch: options.watch }),
    },
  );
  onTestFinished(() => connection.close());
  return connection;
}

export async function serve(
  answer: (request: SeenRequest, index: number) => Answer | Promise<Answer>,
): Promise<TestServer> {
  const server = await startTestServer(answer);
  onTestFinished(() => server.close());
  return server;
}

/** A server and one resource `things` of a connection to it. */
export async function serveThings(
  declaration: JsonObject,
  answer: (request: SeenRequest, index: number) => Answer | Promise<Answer>,
  options: OpenOptions = {},
): Promise<{ readonly server: TestServer; readonly things: Resource; readonly connection: OpenConnection }> {
  const server = await serve(answer);
  const connection = openHttp(server.url, { things: { key: 'id', ...declaration } }, options);
  return { server, connection, things: connection.resources['things']! };
}

export async function readAll(resource: Resource, request: Partial<ReadRequest> = {}) {
  const records: unknown[] = [];
  const cursors: (string | undefined)[] = [];
  for await (const page of resource.read!({ where: {}, signal: never, ...request })) {
    cursors.push(page.cursor);
    for (const each of page.records) records.push('record' in each ? each.record : each.fault);
  }
  return { records, cursors };
}

export function item(key: string, more: JsonObject = {}) {
  return { key, payload: { id: key }, idempotencyKey: `effect-${key}`, ...more };
}

/** The Fault that a promise is rejected with. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  if (thrown instanceof Fault) return thrown;
  throw thrown;
}
