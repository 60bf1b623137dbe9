import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callCli } from '../../support/call-cli.ts';

/** The one-cent traps, as flow tests: test/flow-tests/money. */
const workspace = join(import.meta.dirname, '../../flow-tests/money');
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'tradelane-money-'));
});
afterAll(async () => {
  await rm(copy, { recursive: true, force: true });
});

async function test(dir: string, ...args: readonly string[]) {
  const { code, stdout } = await callCli(['test', '--workspace', dir, '--json', ...args]);
  const document = JSON.parse(stdout);
  const cases: { case: string; ok: boolean }[] = document.files.flatMap(
    (file: { cases: object[] }) => file.cases,
  );
  return { code, document, failed: cases.filter(({ ok }) => !ok).map((each) => each.case) };
}

describe('money', { timeout: 120_000 }, () => {
  it('comes out to the cent in every trap', async () => {
    const { code, document, failed } = await test(workspace, '--min-coverage', '100%');
    expect(failed).toEqual([]);
    expect(document.totals).toMatchObject({ cases: 35, failed: 0, notRun: 0 });
    expect(document.coverage.flows.flatMap((flow: { missing: object[] }) => flow.missing)).toEqual([]);
    expect(code).toBe(0);
  });

  it.each([
    [
      'sums',
      '$total([lines.amount])',
      '$string($sum(lines.$number(amount)))',
      [
        // JSONata hides what is behind the fifteenth digit of 0.1 + 0.2.
        'more digits than a binary number has are kept',
        'a thousand lines of ten cents are a hundred',
      ],
    ],
    [
      'rounding',
      '$rounded(amount, 2)\n',
      '$formatNumber($round($number(amount), 2), "0.00")\n',
      expect.arrayContaining([
        '2.345 is 2.35 half-up and 2.34 half-even',
        '1.005 is 1.01 half-up and 1.00 half-even',
      ]),
    ],
  ])('would not with binary numbers: %s', async (flow, exact, binary, expected) => {
    await cp(workspace, copy, { recursive: true });
    const file = join(copy, 'flows', `${flow}.yaml`);
    const text = await readFile(file, 'utf8');
    expect(text).toContain(exact);
    await writeFile(file, text.replace(exact, binary));
    const { code, failed } = await test(copy, flow);
    expect(failed).toEqual(expected);
    expect(code).toBe(1);
  });
});
