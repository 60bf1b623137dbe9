import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import file from '../../../connectors/file/index.ts';
import type { Page, ReadRequest, Resource, SourceRecord } from '../../../src/contract/connector.ts';
import type { Fault } from '../../../src/contract/fault.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

/** The time of every test. Files are an hour old unless the test says otherwise. */
export const now = Date.parse('2026-01-02T03:04:05.678Z');
const hourAgo = new Date(now - 3_600_000);

export interface LogLine {
  readonly level: 'debug' | 'warn';
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A real folder with real files, and a connection on it. */
export async function openFiles(
  files: Readonly<Record<string, string | Buffer>> = {},
  config: JsonObject = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-file-'));
  const log: LogLine[] = [];
  const clock = { ms: now };
  const put = async (name: string, content: string | Buffer, modified = hourAgo) => {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
    await utimes(join(dir, name), modified, modified);
  };
  for (const [name, content] of Object.entries(files)) await put(name, content);
  const open = (declaration: JsonObject) =>
    file.open(
      {
        name: 'legacy',
        config: { path: dir, ...config },
        resources: { orders: { key: 'id', ...declaration } },
        limits: {},
        workspaceDir: '/',
      },
      {
        clock: { now: () => clock.ms },
        log: {
          debug: (event, fields = {}) => log.push({ level: 'debug', event, fields }),
          warn: (event, fields = {}) => log.push({ level: 'warn', event, fields }),
        },
      },
    );
  return {
    dir,
    log,
    clock,
    put,
    open,
    resource: (declaration: JsonObject): Resource => open(declaration).resources['orders']!,
    names: async () => (await readdir(dir, { recursive: true })).sort(),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

export function request(more: Partial<ReadRequest> = {}): ReadRequest {
  return { where: {}, signal: new AbortController().signal, ...more };
}

export interface ReadResult {
  readonly pages: readonly Page[];
  readonly all: readonly SourceRecord[];
  readonly records: readonly unknown[];
  readonly faults: readonly Fault[];
  /** What the read ended with, if it did not end well. */
  readonly thrown: Fault | undefined;
  readonly cursor: string | undefined;
}

/** Reads to the end, calling `done` of every page as the engine does. */
export async function readAll(resource: Resource, more: Partial<ReadRequest> = {}): Promise<ReadResult> {
  const pages: Page[] = [];
  let thrown: Fault | undefined;
  try {
    for await (const page of resource.read!(request(more))) {
      pages.push(page);
      await page.done?.();
    }
  } catch (error) {
    thrown = error as Fault;
  }
  const all = pages.flatMap((page) => page.records);
  return {
    pages,
    all,
    records: all.flatMap((each) => ('record' in each ? [each.record] : [])),
    faults: all.flatMap((each) => ('fault' in each ? [each.fault] : [])),
    thrown,
    cursor: pages.findLast((page) => page.cursor !== undefined)?.cursor,
  };
}
