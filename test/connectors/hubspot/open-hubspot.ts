import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileManifest } from '../../../src/connect/compile-manifest.ts';
import type { Clock, OpenConnection, Page, Resource, WriteItem } from '../../../src/contract/connector.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { createTestClock, type SimulatedAccount } from './simulated-account.ts';

const manifest: unknown = parse(
  readFileSync(new URL('../../../connectors/hubspot/connector.yaml', import.meta.url), 'utf8'),
);

export const signal = new AbortController().signal;

export function openHubspot(
  config: Readonly<Record<string, unknown>>,
  clock: Clock = createTestClock(),
): OpenConnection {
  const connection = {
    name: 'crm',
    config,
    resources: {},
    limits: { requestsPerSecond: 1000 },
    workspaceDir: '.',
  };
  const log = { debug: () => undefined, warn: () => undefined };
  return compileManifest(manifest, { placeOf: () => undefined, http: { retry: { delayMs: 1 } } }).open(
    connection,
    { clock, log },
  );
}

/** The resource, which this connector is known to have. */
export function resourceOf(connection: OpenConnection, name: string): Required<Resource> {
  const resource = connection.resources[name];
  if (resource === undefined) throw new Error(`hubspot has no resource ${name}`);
  return resource as Required<Resource>;
}

export function connectTo(
  { simulator, clock }: SimulatedAccount,
  more: Record<string, unknown> = {},
): OpenConnection {
  return openHubspot({ ...simulator.config, ...more }, clock);
}

export function toItem(
  key: string,
  properties: Record<string, unknown>,
  more: Partial<WriteItem> = {},
): WriteItem {
  return { key, payload: { properties }, idempotencyKey: `key-${key}`, ...more };
}

export async function readAll(
  resource: Required<Resource>,
  request: { cursor?: string; until?: string; where?: Record<string, unknown> } = {},
): Promise<{
  pages: readonly Page[];
  records: readonly Record<string, unknown>[];
  cursor: string | undefined;
}> {
  const pages: Page[] = [];
  for await (const page of resource.read({ where: {}, signal, ...request })) pages.push(page);
  const records = pages.flatMap((page) =>
    page.records.flatMap((each) => ('record' in each ? [each.record] : [])),
  );
  const cursor = pages.map((page) => page.cursor).findLast((each) => each !== undefined);
  return { pages, records: records as Record<string, unknown>[], cursor };
}

/** What the canonical schema has against an entity. */
export function problemsOf(entity: string, value: unknown): readonly unknown[] {
  const url = new URL(`../../../schemas/${entity}.schema.json`, import.meta.url);
  return compileSchema(JSON.parse(readFileSync(url, 'utf8')))(value);
}
