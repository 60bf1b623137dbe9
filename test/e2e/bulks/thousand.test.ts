import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import businessCentral from '../../../connectors/business-central/simulator.ts';
import { startSimulator } from '../../../src/simulator/start-simulator.ts';
import { callCli } from '../../support/call-cli.ts';
import { createTestDatabase } from '../../support/database.ts';

/** docs/replay-a-thousand.md, typed: files are written, commands called in order, what they print is compared. */
const page = join(import.meta.dirname, '../../../docs/replay-a-thousand.md');

interface Block {
  readonly language: string;
  readonly text: string;
  /** How the command must end: `<!-- ends with 1 -->` stands above the block. */
  readonly code: number;
  readonly line: number;
}

test('a thousand orders fail for one cause, and are replayed once by a plan', {
  timeout: 120_000,
}, async () => {
  await using database = await createTestDatabase();
  const erp = await startSimulator(businessCentral, { size: { customers: 3, items: 3 } });
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-thousand-'));
  try {
    await dropOrders(dir);
    const env = { DATABASE_URL: database.url, ERP_URL: erp.url, ERP_CLIENT_SECRET: 'simulated-secret' };
    let printed = '';
    for (const { language, text, code, line } of parseBlocks(await readFile(page, 'utf8'))) {
      if (language === 'yaml') await writeNamed(dir, text);
      if (language === 'text') expect(`line ${line}\n${plain(printed)}`).toBe(`line ${line}\n${plain(text)}`);
      if (language !== 'sh') continue;
      const plan = /\bplan (\S+):/.exec(printed)?.[1] ?? '';
      const result = await callCli(toArguments(text.replace('PLAN', plan)), { cwd: dir, env });
      printed = result.stdout + result.stderr;
      expect({ line, code: result.code, printed }).toMatchObject({ code });
    }
    // What the system itself has noted: each order once.
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

function toArguments(command: string): readonly string[] {
  const words = [...command.trim().matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  expect(words[0]).toBe('tradelane');
  return words.slice(1);
}

function parseBlocks(text: string): readonly Block[] {
  const pattern = /(?:^<!-- ends with (\d) -->\n)?^```(sh|yaml|text)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    language: match[2] ?? '',
    text: match[3] ?? '',
    code: Number(match[1] ?? 0),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** Times and hashes differ each time, and which order comes first; a command that takes long says how far it is. */
function plain(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+Z)?/g, 'TIME')
    .replaceAll(/ +\d+(?:\.\d+)? s$/gm, ' TIME')
    .replaceAll(/(?<=[a-z]\d+)-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{16}-[0-9a-z]+/g, '-HASH')
    .replaceAll(/S-\d{4}/g, 'S-NUMBER')
    .split('\n')
    .filter((line) => !/^\S+ {2}read \d+( {2}[a-z]+ \d+)*$/.test(line))
    .map((line) => line.replaceAll(/ {2,}/g, '  ').trimEnd())
    .join('\n')
    .trim();
}
