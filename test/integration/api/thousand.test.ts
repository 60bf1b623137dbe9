import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import businessCentral from '../../../connectors/business-central/simulator.ts';
import { serve } from '../../../src/api/serve.ts';
import { createRuntime } from '../../../src/app/engine/runtime.ts';
import { createProbes } from '../../../src/app/health/probes.ts';
import { loadFrom } from '../../../src/app/open/load.ts';
import { openStore } from '../../../src/app/open/open-store.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { createMetrics } from '../../../src/observe/metrics/metrics.ts';
import { startSimulator } from '../../../src/simulator/start-simulator.ts';
import { callCli } from '../../support/call-cli.ts';
import { createTestDatabase } from '../../support/database.ts';
import { packageDir } from '../../support/servers/api.ts';
import { until } from '../../support/until.ts';

/** docs/api-replay-a-thousand.md, carried out: files are written, requests sent in order, answers compared. */
const page = join(packageDir, 'docs/api-replay-a-thousand.md');

interface Block {
  readonly language: string;
  readonly text: string;
  /** `<!-- until it says so -->` stands above: it is asked until the answer is what stands below. */
  readonly isUntil: boolean;
}

test('a thousand orders fail for one cause, and are patched and replayed once, by the API alone', {
  timeout: 120_000,
}, async () => {
  await using database = await createTestDatabase();
  const erp = await startSimulator(businessCentral, { size: { customers: 3, items: 3 } });
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-api-thousand-'));
  const env = { DATABASE_URL: database.url, ERP_URL: erp.url, ERP_CLIENT_SECRET: 'simulated-secret' };
  try {
    const blocks = parseBlocks(await readFile(page, 'utf8'));
    for (const { language, text } of blocks) if (language === 'yaml') await writeNamed(dir, text);
    await dropOrders(dir);
    await whileServed({ dir, env }, async (url) => {
      const names = new Map([['API', `${url}/api/v1`]]);
      for (const [name, role] of Object.entries({ ANNA: 'integrator', BEN: 'support', CARLA: 'admin' })) {
        const line = ['token', 'create', '--role', role, '--name', name.toLowerCase(), '--json'];
        const { stdout } = await callCli(line, { cwd: dir, env });
        names.set(name, (JSON.parse(stdout) as { readonly token: string }).token);
      }
      await carryOut(blocks, names);
    });
    const { effects } = (await (await fetch(`${erp.url}/_simulator/effects`)).json()) as {
      readonly effects: readonly { readonly action: string; readonly key: string }[];
    };
    expect(effects).toHaveLength(1_000);
    expect(new Set(effects.map(({ action, key }) => `${action} ${key}`)).size).toBe(1_000);
  } finally {
    await erp.close();
    await rm(dir, { recursive: true, force: true });
  }
});

/** An engine that works, and its API. */
async function whileServed(
  { dir, env }: { readonly dir: string; readonly env: Readonly<Record<string, string>> },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const clock = { now: () => Date.now() };
  const stop = new AbortController().signal;
  const around = { env, clock, random: Math.random, packageDir, stop, logTo: process.stderr };
  const store = await openStore(env, dir);
  const log = createLogger('silent', process.stderr);
  const metrics = createMetrics({ version: '0.0.0', poolUse: () => ({ busy: 0, idle: 0, waiting: 0 }) });
  const runtime = createRuntime(around, { loaded: await loadFrom(around, dir), store, log, metrics });
  const probes = createProbes(around, { runtime, metrics, log });
  const served = await serve(around, { runtime, probes, dir, listen: '127.0.0.1:0', version: '0.0.0', log });
  try {
    runtime.startWorking();
    await use(served.url);
  } finally {
    await served.close();
    await runtime.close();
    await store.close();
  }
}

async function carryOut(blocks: readonly Block[], names: Map<string, string>): Promise<void> {
  for (const [nth, { language, text, isUntil }] of blocks.entries()) {
    if (language !== 'sh') continue;
    const next = blocks[nth + 1];
    const expected: unknown = next?.language === 'json' ? JSON.parse(plain(next.text)) : undefined;
    const asked = async () => {
      const answer = await ask(text, names);
      if (expected !== undefined) expectPart(answer, expected);
      return { answer };
    };
    const { answer } = isUntil ? await until(asked, { timeoutMs: 60_000, what: text }) : await asked();
    const name = /^(\w+)=\$\(/.exec(text)?.[1];
    if (name !== undefined) names.set(name, String(answer));
  }
}

/** What curl would send, and what jq would make of the answer. */
async function ask(command: string, names: ReadonlyMap<string, string>): Promise<unknown> {
  const filled = command.replaceAll(/'?\$(\w+)'?/g, (_, name: string) => names.get(name) ?? `no ${name}`);
  const [curl = '', jq = ''] = filled
    .replace(/^\w+=\$\(/, '')
    .replace(/\)\s*$/, '')
    .split(' | jq ');
  const headers = [...curl.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const body = /-d '(.*)'$/s.exec(curl.trim())?.[1];
  const method = /-X (\w+)/.exec(curl)?.[1] ?? 'GET';
  const url = /"(http:[^"]+)"/.exec(curl)?.[1] ?? '';
  const answer = await fetch(url, {
    method,
    headers: Object.fromEntries(headers),
    ...(body !== undefined && { body }),
  });
  const document: unknown = JSON.parse(plain(await answer.text()));
  expect({ status: answer.status, document }).toMatchObject({
    status: expect.toSatisfy((status) => status < 300),
  });
  const path = jq.replace('-r', '').trim().split('.').filter(Boolean);
  return path.reduce<unknown>((at, part) => (at as Readonly<Record<string, unknown>>)[part], document);
}

/** All that the page shows is there; the answer may say more. Which of a thousand comes first is not told. */
function expectPart(answer: unknown, part: unknown): void {
  if (typeof part === 'object') expect(answer).toMatchObject(part as object);
  else expect(answer).toBe(part);
}

/** Ids of tokens differ each time. */
function plain(text: string): string {
  return text.replaceAll(/tl_[a-z0-9]{10}(?=\))/g, 'tl_ID');
}

/** They have lain there long enough to be whole. */
async function dropOrders(dir: string): Promise<void> {
  const orders = Array.from({ length: 1_000 }, (_, nth) => {
    const number = `S-${String(nth + 1).padStart(4, '0')}`;
    return JSON.stringify({ number, customer: 'C10001', country: 'Germany' });
  });
  const file = join(dir, 'data/orders-1.jsonl');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${orders.join('\n')}\n`);
  const hourAgo = new Date(Date.now() - 3_600_000);
  await utimes(file, hourAgo, hourAgo);
}

/** The first line says where the rest goes. */
async function writeNamed(dir: string, text: string): Promise<void> {
  const [, path = ''] = /^# (\S+\.yaml)\n/.exec(text) ?? [];
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text.slice(text.indexOf('\n') + 1));
}

function parseBlocks(text: string): readonly Block[] {
  const pattern = /(<!-- until it says so -->\n)?^```(sh|yaml|json)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(pattern)].map(([, isUntil, language = '', block = '']) => ({
    ...{ language, text: block.trim() },
    isUntil: isUntil !== undefined,
  }));
}
