import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compileManifest } from '../../../src/connect/compile-manifest.ts';
import type {
  Clock,
  Connector,
  OpenConnection,
  Resource,
  SourceRecord,
  WriteItem,
} from '../../../src/contract/connector.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { type Check, compileSchema } from '../../../src/schema/compile-schema.ts';

const root = new URL('../../../', import.meta.url);

export function loadConnector(): Connector {
  const text = readFileSync(new URL('connectors/business-central/connector.yaml', root), 'utf8');
  return compileManifest(parse(text), { placeOf: () => undefined, http: { retry: { delayMs: 1 } } });
}

export function openConnection(connector: Connector, config: JsonObject, clock: Clock): OpenConnection {
  const limits = { requestsPerSecond: 10_000 };
  const settings = { name: 'erp', config, resources: {}, limits, workspaceDir: '.' };
  return connector.open(settings, { clock, log: { debug: () => undefined, warn: () => undefined } });
}

export function resourceOf(connection: OpenConnection, name: string): Required<Resource> {
  return connection.resources[name] as Required<Resource>;
}

/** Checks against schemas/NAME.schema.json. */
export function entityCheck(name: string): Check {
  return compileSchema(JSON.parse(readFileSync(new URL(`schemas/${name}.schema.json`, root), 'utf8')));
}

export const signal = new AbortController().signal;

export interface ReadResult {
  readonly records: readonly unknown[];
  /** The last one that a page gave. */
  readonly cursor: string | undefined;
  readonly pages: number;
}

export async function readAll(
  resource: Required<Resource>,
  request: { cursor?: string; until?: string; where?: JsonObject } = {},
): Promise<ReadResult> {
  const records: unknown[] = [];
  let cursor: string | undefined;
  let pages = 0;
  for await (const page of resource.read({ where: {}, ...request, signal })) {
    pages += 1;
    records.push(...page.records.map((each: SourceRecord) => ('record' in each ? each.record : each)));
    cursor = page.cursor ?? cursor;
  }
  return { records, cursor, pages };
}

export function item(key: string, payload: unknown, more: Partial<WriteItem> = {}): WriteItem {
  return { key, payload, idempotencyKey: `k-${key}`, ...more };
}

export function money(amount: string) {
  return { amount, currency: 'EUR' };
}
