import { describe, expect, it } from 'vitest';
import { selectCases } from '../../../src/flow-test/select-cases.ts';
import { flowText, makeWorkspace } from '../workspace/make-workspace.ts';

const test = (flow: string, names: readonly string[]) =>
  `flow: ${flow}\ncases:\n${names.map((name) => `  - { case: ${name}, record: {}, expect: { outcome: failed } }\n`).join('')}`;
const workspace = makeWorkspace({
  'flows/more.yaml': flowText.replace('orders-to-erp', 'more-orders'),
  'flows/orders.test.yaml': test('orders-to-erp', ['A guest order', 'a paid order']),
  'flows/more.test.yaml': test('more-orders', ['a guest']),
  'flows/broken.test.yaml': 'flow: [',
});

const selected = (...patterns: string[]) =>
  selectCases(workspace, patterns).map(({ entry, cases }) => `${entry.file} ${cases.join(',')}`);

describe('selectCases', () => {
  it.each([
    [[], ['flows/broken.test.yaml ', 'flows/more.test.yaml 0', 'flows/orders.test.yaml 0,1']],
    [['orders-to-erp'], ['flows/orders.test.yaml 0,1']],
    [['flows/more.test.yaml'], ['flows/more.test.yaml 0']],
    [['./flows/more.test.yaml'], ['flows/more.test.yaml 0']],
    [['broken.test.yaml'], ['flows/broken.test.yaml ']],
    [['guest'], ['flows/more.test.yaml 0', 'flows/orders.test.yaml 0']],
    [
      ['PAID', 'more-orders'],
      ['flows/more.test.yaml 0', 'flows/orders.test.yaml 1'],
    ],
  ])('finds by file, flow or part of a case: %j', (patterns, expected) => {
    expect(selected(...patterns)).toEqual(expected);
  });

  it('says what there is where nothing matches', () => {
    expect(() => selected('order-to-erp')).toThrow('named "order-to-erp"; did you mean "orders-to-erp"?');
    expect(() => selected('guest', 'zzzzzz')).toThrow(
      'named "zzzzzz"; there are tests of "more-orders" and "orders-to-erp"',
    );
    expect(() => selectCases(makeWorkspace(), [])).toThrow('there are no flow tests in flows/');
  });
});
