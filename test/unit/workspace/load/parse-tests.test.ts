import { describe, expect, it } from 'vitest';
import { connectionsText, findingsOf, flowText, makeWorkspace } from '../make-workspace.ts';

const file = 'flows/orders.test.yaml';
const testText = `flow: orders-to-erp
cases:
  - case: an order becomes a sales order
    record: { id: "1" }
    expect: { payload: { number: "1" } }
`;

/** The findings in a file of flow tests, without its name: `line:column code message`. */
function findings(text: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  return findingsOf(makeWorkspace({ [file]: text, ...others }))
    .filter((finding) => finding.startsWith(`${file}:`))
    .map((finding) => finding.slice(file.length + 1));
}

const oneCase = (lines: string) => `flow: orders-to-erp\ncases:\n  - case: one\n    ${lines}\n`;

describe('flow tests', () => {
  it('are read beside the flows, and are none themselves', () => {
    const workspace = makeWorkspace({ [file]: testText });
    expect(workspace.findings).toEqual([]);
    expect([...workspace.flows.keys()]).toEqual(['orders-to-erp']);
    expect([...workspace.tests.values()].map(({ file: path, flow }) => [path, flow])).toEqual([
      [file, 'orders-to-erp'],
    ]);
  });

  it('do not change the documents a plan is pinned to', () => {
    const before = makeWorkspace();
    const after = makeWorkspace({ [file]: testText });
    expect([...after.flows.keys()]).toEqual([...before.flows.keys()]);
  });

  it.each([
    ['a mistyped key', testText.replace('expect', 'expcet'), ['5:5 TLW_KEY_UNKNOWN']],
    ['no cases', 'flow: orders-to-erp\ncases: []\n', ['2:8 TLW_VALUE_RANGE']],
    [
      'nothing expected',
      oneCase('{ }').replace('    { }', '    record: {}\n    expect: {}'),
      ['5:5 TLW_KEY_MISSING'],
    ],
    [
      'an outcome that is none',
      oneCase('record: {}\n    expect: { outcome: skipped }'),
      ['5:24 TLW_VALUE_CHOICE'],
    ],
    ['a number for a key', oneCase('record: {}\n    expect: { key: 4711 }'), ['5:20 TLW_VALUE_TYPE']],
    [
      'a number for an id',
      oneCase('record: {}\n    xref: { order: { a: 1 } }\n    expect: { key: "1" }'),
      ['5:25 TLW_VALUE_TYPE'],
    ],
    ['broken YAML', 'flow: [\n', ['2:1 TLW_FILE_SYNTAX']],
  ])('of another shape are found: %s', (_what, text, expected) => {
    const codes = findings(text).map((finding) => finding.split(' ').slice(0, 2).join(' '));
    expect(codes.sort()).toEqual([...expected].sort());
  });

  it('name a flow that is there', () => {
    const workspace = makeWorkspace({ [file]: testText.replace('orders-to-erp', 'order-to-erp') });
    const [finding] = workspace.findings;
    expect(finding).toMatchObject({ file, line: 1, column: 7, code: 'TLW_UNKNOWN_FLOW' });
    expect(finding?.hint).toBe('did you mean "orders-to-erp"?');
  });

  it('are not told that their flow is unknown where a flow cannot be read', () => {
    expect(findings(testText.replace('orders-to-erp', 'other'), { 'flows/other.yaml': 'flow: [' })).toEqual(
      [],
    );
  });

  it('have a name for each case', () => {
    const twice = `${testText}${testText.split('\n').slice(2).join('\n')}`;
    expect(findings(twice)).toEqual([
      `6:11 TLW_CASE_DUPLICATE the case "an order becomes a sales order" stands in ${file}:3:11 already`,
    ]);
  });

  it('have either a record or an entity', () => {
    expect(findings(oneCase('expect: { outcome: filtered }'))).toEqual([
      '3:5 TLW_CASE_RECORD a case needs `record` or `entity`',
    ]);
    expect(findings(oneCase('record: {}\n    entity: {}\n    expect: { outcome: filtered }'))).toEqual([
      '5:5 TLW_CASE_RECORD a case has either `record` or `entity`',
    ]);
  });

  it.each([
    [
      'outcome: filtered, payload: {}',
      '5:34',
      '`payload` is for a record that is delivered, and `outcome` for one that is filtered',
    ],
    [
      'outcome: delivered, fault: NO_TAX',
      '5:35',
      '`fault` is for a record that fails, and `outcome` for one that is delivered',
    ],
    [
      'fault: NO_TAX, contains: {}',
      '5:30',
      '`contains` is for a record that is delivered, and `fault` for one that fails',
    ],
    [
      'entity: {}, outcome: blocked',
      '5:15',
      '`entity` is for a record that is delivered or fails, and `outcome` for one that is blocked',
    ],
    [
      'payload: {}, message: no',
      '5:28',
      '`message` is for a record that fails or is filtered or is blocked, and `payload` for one that is delivered',
    ],
    [
      'fault: TL_MAP_FALED',
      '5:22',
      "there is no fault TL_MAP_FALED, and codes that begin with TL_ are the engine's own",
    ],
  ])('cannot expect what contradicts itself: %s', (expected, place, message) => {
    const text = oneCase(`record: {}\n    expect: { ${expected} }`);
    expect(findings(text)).toEqual([`${place} TLW_CASE_EXPECTATION ${message}`]);
  });

  it.each([
    'entity: {}, fault: NO_TAX',
    'fault: TL_MAP_FAILED, message: no',
    'payload: {}, contains: {}, key: "1"',
  ])('may expect what goes together: %s', (expected) => {
    expect(findings(oneCase(`record: {}\n    expect: { ${expected} }`))).toEqual([]);
  });

  it('ask for the key of an entity only where the flow says what that is', () => {
    const text = oneCase('entity: {}\n    expect: { key: "1" }');
    expect(findings(text)).toEqual([
      '5:15 TLW_CASE_EXPECTATION the flow has no `key` of its own: its key is read from what the source gives',
    ]);
    expect(findings(text, { 'flows/orders.yaml': `${flowText}key: number\n` })).toEqual([]);
  });

  it('give tables and references that a flow can ask for', () => {
    const given = 'tables: { contries: {} }\nxref: { ordre: {} }\n';
    const others = { 'config/tables/countries.yaml': 'values: { Germany: DE }\n' };
    expect(findings(given + testText, others)).toEqual([
      '1:11 TLW_UNKNOWN_TABLE there is no lookup table "contries" in config/tables that this could stand in for',
      '2:9 TLW_UNKNOWN_ENTITY there is no entity "ordre"',
    ]);
  });

  it('hold texts that are no references, whatever they look like', () => {
    const text = oneCase('record: { id: "${NOT_SET}" }\n    expect: { key: "${NOT_SET}" }');
    expect(findings(text, { 'config/connections.yaml': connectionsText })).toEqual([]);
  });
});
