import { expect, it } from 'vitest';
import { createOfflinePlans } from '../../../src/flow-test/compile-offline.ts';
import { percentOf } from '../../../src/flow-test/coverage/coverage.ts';
import { measureCoverage } from '../../../src/flow-test/coverage/measure-coverage.ts';
import { runTests } from '../../../src/flow-test/run-tests.ts';
import { selectCases } from '../../../src/flow-test/select-cases.ts';
import { formatPlace } from '../../../src/workspace/finding.ts';
import { makeWorkspace, type Texts } from '../workspace/make-workspace.ts';

const flow = `flow: orders-to-erp
source: { connection: shop, resource: orders }
filter: state = "open"
key: 'id ? id : number'
map:
  number: id
  total: 'paid ? "10" : $lookup("totals", id)'
  customer: $xref("order", buyer)
  constant: 1
requires: { xref: [order] }
target: { connection: erp, resource: sales, write: upsert }
`;
const tables = { 'config/tables/totals.yaml': 'values: { "1": "10.00" }\n' };
const open =
  '  - { case: open, record: { id: "1", state: open, paid: true }, expect: { outcome: delivered } }\n';
const unpaid = '  - { case: unpaid, record: { id: "1", state: open }, expect: { outcome: delivered } }\n';
const closed = '  - { case: closed, record: { id: "2", state: closed }, expect: { outcome: filtered } }\n';
const stranger =
  '  - { case: stranger, record: { id: "1", state: open, buyer: B }, expect: { outcome: blocked } }\n';
const known =
  '  - { case: known, record: { number: "1", state: open, buyer: B }, xref: { order: { B: "7" } }, expect: { outcome: delivered } }\n';

/** What the cases do not reach, and the share of what they do. */
async function lacking(
  cases: string,
  texts: Texts = {},
): Promise<{ missing: readonly string[]; percent: number }> {
  const all = {
    ...tables,
    'flows/orders.yaml': flow,
    'flows/orders.test.yaml': `flow: orders-to-erp\ncases:\n${cases}`,
    ...texts,
  };
  const workspace = makeWorkspace(all);
  const plans = createOfflinePlans(workspace, { now: () => 0 });
  const results = await Promise.all(selectCases(workspace, []).map((each) => runTests(plans, each)));
  expect(
    results.flatMap((file) => file.cases.filter(({ ok }) => !ok).map(({ mismatches }) => mismatches)),
  ).toEqual([]);
  const coverage = await measureCoverage(plans.workspace, results, [...workspace.flows.keys()]);
  await plans.close();
  const missing = coverage.flatMap(({ points }) => points.filter(({ reached }) => !reached));
  return {
    missing: missing.map((point) => `${formatPlace(point)} ${point.what} ${point.lack}`),
    percent: percentOf(coverage),
  };
}

it('names what no case reaches, at its place, in the order of the file', async () => {
  expect(await lacking(open)).toEqual({
    missing: [
      'flows/orders.yaml:3:9 filter was never false',
      'flows/orders.yaml:4:10 key: ? was never false',
      'flows/orders.yaml:7:16 map.total: ? was never false',
      'flows/orders.yaml:8:13 map.customer never gave a value',
      'flows/orders.yaml:10:20 requires.xref: order blocked no case',
    ],
    percent: 50,
  });
});

it('is whole when the cases together reach everything', async () => {
  expect(await lacking(open + unpaid + closed + stranger + known)).toEqual({ missing: [], percent: 100 });
});

it('does not count a mapping as reached by what the filter left out', async () => {
  const { missing } = await lacking(closed);
  expect(missing).toContain('flows/orders.yaml:6:11 map.number never gave a value');
});

it('looks into a mapping in a file of its own', async () => {
  const texts = {
    'flows/orders.yaml': flow
      .replace(/map:\n( {2}.*\n)+/, 'map: ./orders.jsonata\n')
      .replace(/requires.*\n/, ''),
    'flows/orders.jsonata': '{\n  "number": id,\n  "total": paid ? total : "0"\n}\n',
  };
  expect((await lacking(open + closed, texts)).missing).toEqual([
    'flows/orders.jsonata:3:3 flows/orders.jsonata: "total" never had a value',
    'flows/orders.jsonata:3:17 flows/orders.jsonata: ? was never false',
    'flows/orders.yaml:4:10 key: ? was never false',
  ]);
});

it('counts a flow without a test as one of which nothing is reached', async () => {
  const other = flow.replace('orders-to-erp', 'others-to-erp');
  const { missing, percent } = await lacking(open + unpaid + closed + stranger + known, {
    'flows/others.yaml': other,
  });
  expect(missing).toHaveLength(10);
  expect(percent).toBe(50);
});
