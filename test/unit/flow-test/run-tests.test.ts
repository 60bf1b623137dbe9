import { describe, expect, it } from 'vitest';
import { createOfflinePlans } from '../../../src/flow-test/compile-offline.ts';
import { type FileResult, runTests } from '../../../src/flow-test/run-tests.ts';
import { selectCases } from '../../../src/flow-test/select-cases.ts';
import { formatPlace } from '../../../src/workspace/finding.ts';
import { makeWorkspace } from '../workspace/make-workspace.ts';

const file = 'flows/orders.test.yaml';
const flow = `flow: orders-to-erp
source: { connection: shop, resource: orders, as: order }
filter: number != "0"
set: { total: '$exists($xref("order", number)) ? $xref("order", number) : $lookup("totals", number) ?? total' }
target: { connection: erp, resource: sales, as: order, write: upsert }
`;
const tables = { 'config/tables/totals.yaml': 'values: { "1": "10.00" }\n' };

/** Runs the cases (the text under `cases:`, and what stands above it) without a single variable set. */
async function run(
  cases: string,
  { flowText = flow, above = '' }: { readonly flowText?: string; readonly above?: string } = {},
): Promise<FileResult> {
  const text = `flow: orders-to-erp\n${above}cases:\n${cases}`;
  const texts = { ...tables, 'flows/orders.yaml': flowText, [file]: text };
  const workspace = makeWorkspace(texts, { env: {}, fileExists: () => false });
  const plans = createOfflinePlans(workspace, { now: () => 0 });
  const [selected] = selectCases(workspace, []);
  const result = await runTests(plans, selected!);
  await plans.close();
  return result;
}

/** What each case said: its mismatches, or `ok`. */
async function said(cases: string, options: Parameters<typeof run>[1] = {}): Promise<readonly string[]> {
  const { cases: results, mistakes, fault } = await run(cases, options);
  expect([mistakes, fault]).toEqual([[], undefined]);
  return results.map(({ mismatches }) => mismatches.map(({ message }) => message).join('; ') || 'ok');
}

const oneCase = (given: string, expected: string) => `  - case: one\n    ${given}\n    expect: ${expected}\n`;

describe('a case', () => {
  it('goes from the native record to the payload, and shows what stands between them', async () => {
    const all =
      '{ payload: { number: "1" }, entity: { number: "1", total: "10.00" }, key: "1", outcome: delivered }';
    expect(await said(oneCase('record: { id: "1" }', all))).toEqual(['ok']);
  });

  it('may begin behind the conversion of the source', async () => {
    expect(await said(oneCase('entity: { number: "1" }', '{ payload: { number: "1" } }'))).toEqual(['ok']);
  });

  it.each([
    ['filtered', 'record: { id: "0" }', '{ outcome: filtered }'],
    ['failed', 'entity: { number: "1", colour: red }', '{ fault: TL_VALIDATE_ENTITY, message: "`colour`" }'],
    ['without a key', 'record: { number: "1" }', '{ fault: TL_KEY_MISSING }'],
  ])('can expect an end before the target: %s', async (_what, given, expected) => {
    expect(await said(oneCase(given, expected))).toEqual(['ok']);
  });

  it('is expected to be delivered unless it says otherwise', async () => {
    expect(await said(oneCase('record: { id: "0" }', '{ key: "0" }'))).toEqual([
      'expected it to be delivered, but the filter leaves it out',
    ]);
  });

  it('says where a failure comes from that was not expected', async () => {
    const failing = flow.replace(/set: .*/, `set: { total: '$fail("NO_TOTAL", "no total")' }`);
    const results = await said(oneCase('record: { id: "1" }', '{ payload: {} }'), { flowText: failing });
    expect(results).toEqual([
      'expected it to be delivered, but it fails at map with NO_TOTAL: no total (flows/orders.yaml:4:16)',
    ]);
  });

  it('fails with another fault than the one expected', async () => {
    expect(await said(oneCase('entity: { number: 1 }', '{ fault: NO_TOTAL }'))).toEqual([
      expect.stringMatching(
        /^expected the fault NO_TOTAL, but it fails at validate with TL_VALIDATE_ENTITY: order/,
      ),
    ]);
  });

  it('shows what differs, line by line, at the place of the expectation', async () => {
    const { cases } = await run(oneCase('record: { id: "1" }', '{ entity: { number: "1", total: "10" } }'));
    const [mismatch] = cases[0]!.mismatches;
    expect(formatPlace(mismatch!)).toBe(`${file}:5:15`);
    expect(mismatch?.diff?.map(({ sign, text }) => sign + text)).toEqual([
      ' {',
      '   "number": "1",',
      '-  "total": "10"',
      '+  "total": "10.00"',
      ' }',
    ]);
  });

  it('can expect a part of the payload', async () => {
    const generic = flow.replace(', as: order, write', ', write');
    const results = await said(
      [
        oneCase('record: { id: "1" }', '{ contains: { number: "1" } }'),
        oneCase('record: { id: "1" }', '{ contains: { numbr: "1" } }').replace('one', 'two'),
      ].join(''),
      { flowText: generic },
    );
    expect(results).toEqual(['ok', 'the payload does not contain this']);
  });
});

describe('what is given', () => {
  it('stands in place of the tables of the workspace, in a case over those of the file', async () => {
    const cases = [
      oneCase('record: { id: "1" }', '{ entity: { number: "1", total: "20.00" } }'),
      oneCase(
        'record: { id: "1" }\n    tables: { totals: { "1": "30.00" } }',
        '{ entity: { number: "1", total: "30.00" } }',
      ).replace('one', 'two'),
    ];
    expect(await said(cases.join(''), { above: 'tables: { totals: { "1": "20.00" } }\n' })).toEqual([
      'ok',
      'ok',
    ]);
  });

  it('answers $xref, in a case together with what the file gives', async () => {
    const cases = [
      oneCase(
        'record: { id: "7" }\n    xref: { order: { "8": "b" } }',
        '{ entity: { number: "7", total: "a" } }',
      ),
      oneCase('record: { id: "8" }', '{ entity: { number: "8" } }').replace('one', 'two'),
    ];
    expect(await said(cases.join(''), { above: 'xref: { order: { "7": "a" } }\n' })).toEqual(['ok', 'ok']);
  });

  it('blocks the record where a required reference is not among it, and says which', async () => {
    const flowText = `${flow}requires: { xref: [order] }\n`;
    expect(
      await said(oneCase('record: { id: "7" }', '{ outcome: blocked, message: "order 7" }'), { flowText }),
    ).toEqual(['ok']);
    const { cases } = await run(oneCase('record: { id: "7" }', '{ outcome: delivered }'), { flowText });
    expect(cases[0]?.mismatches[0]?.message).toBe(
      'expected it to be delivered, but it is blocked: waits for order 7',
    );
    expect(cases[0]?.came.notGiven).toEqual([{ entity: 'order', key: '7' }]);
  });
});

describe('a file', () => {
  it('is not run as long as its flow has mistakes, and says which', async () => {
    const { cases, mistakes } = await run(oneCase('record: {}', '{ outcome: delivered }'), {
      flowText: flow.replace('filter', 'fliter'),
    });
    expect(cases).toEqual([]);
    expect(mistakes.map(({ code, file: of, line }) => [code, of, line])).toEqual([
      ['TLW_KEY_UNKNOWN', 'flows/orders.yaml', 3],
    ]);
  });

  it('is not run where the file of its flow cannot be read, and says where', async () => {
    const { mistakes } = await run(oneCase('record: {}', '{ outcome: delivered }'), { flowText: 'flow: [' });
    expect(mistakes.map(({ code, file: of }) => [code, of])).toEqual([
      ['TLW_FILE_SYNTAX', 'flows/orders.yaml'],
    ]);
  });

  it('takes variables of a flow as they are on no machine: the default, or the text itself', async () => {
    const flowText = flow.replace(/set: .*/, 'set: { total: \'"${TOTAL:-5}${UNSET}"\' }');
    expect(
      await said(oneCase('record: { id: "1" }', '{ entity: { number: "1", total: "5${UNSET}" } }'), {
        flowText,
      }),
    ).toEqual(['ok']);
  });
});
