import { describe, expect, it } from 'vitest';
import { formatPlace, isError } from '../../../../src/workspace/finding.ts';
import {
  connectionsText,
  findingsOf,
  flowText,
  makeWorkspace,
  shopManifest,
  type Texts,
} from '../make-workspace.ts';

const flow = (text: string): Texts => ({ 'flows/orders.yaml': text });
const connections = (text: string): Texts => ({ 'config/connections.yaml': text });
const swap = (from: string, to: string) => {
  if (!flowText.includes(from)) throw new Error(`no "${from}" in the flow`);
  return flow(flowText.replace(from, to));
};

describe('a sound workspace', () => {
  it('has no findings', () => {
    expect(findingsOf(makeWorkspace())).toEqual([]);
  });

  it.each([
    ['sends an idempotency key', 'headers: { Idempotency-Key: "{{idempotencyKey}}" }'],
    ['says that it can be repeated', 'idempotent: true'],
    [
      'has the key in the body of many',
      'bulk: { size: 10, body: { all: \'records.{ "ref": idempotencyKey }[]\' } }',
    ],
  ])('may create where nothing can be looked up, if the create %s', (_what, member) => {
    const manifest = shopManifest.replace('path: /items, id: id', `path: /items, ${member}`);
    const flows = swap('resource: sales, as: order, write: upsert', 'resource: items, write: create');
    expect(findingsOf(makeWorkspace({ ...flows, 'connectors/shop/connector.yaml': manifest }))).toEqual([]);
  });

  it('has default settings without config/tradelane.yaml', () => {
    expect(makeWorkspace().settings).toMatchObject({
      logLevel: 'info',
      shutdownTimeoutMs: 30_000,
      leaseMs: 30_000,
      maxBatchBytes: 4_194_304,
      maxRecordBytes: 5_242_880,
      history: { keep: 'changes', maxAgeMs: 30 * 86_400_000, maxBytes: 5 * 1024 ** 3 },
    });
  });
});

describe('the shape of a flow', () => {
  it.each<[string, Texts, string[]]>([
    ['an unknown key', flow(`${flowText}filtr: "true"\n`), ['4:1 TLW_KEY_UNKNOWN unknown key "filtr"']],
    [
      'a misspelled required key once',
      swap('resource: orders', 'resourse: orders'),
      ['2:29 TLW_KEY_UNKNOWN unknown key "resourse"'],
    ],
    [
      'a missing key',
      swap(', write: upsert', ''),
      ['3:1 TLW_KEY_MISSING the key "write" is missing: What is done to the target'],
    ],
    [
      'a number for text',
      swap('connection: erp', 'connection: 12'),
      ['3:23 TLW_VALUE_TYPE expected text, got 12'],
    ],
    [
      'text for a number',
      flow(`${flowText}delivery: { batch: "100" }\n`),
      ['4:20 TLW_VALUE_TYPE expected a whole number, got "100"'],
    ],
    [
      'a value that is no choice',
      swap('upsert', 'upsrt'),
      ['3:63 TLW_VALUE_CHOICE expected one of "create", "update", "upsert" or "delete", got "upsrt"'],
    ],
    [
      'a duration without a unit',
      flow(`${flowText}retry:\n  delay: 5 min\n`),
      ['5:10 TLW_VALUE_FORMAT expected a duration such as 500ms, 30s, 10m, 2h or 1d, got "5 min"'],
    ],
    [
      'a number out of range',
      flow(`${flowText}delivery: { concurrency: 0 }\n`),
      ['4:26 TLW_VALUE_RANGE expected at least 1, got 0'],
    ],
    [
      'a section without content',
      flow(`${flowText}retry:\n`),
      ['4:1 TLW_VALUE_TYPE expected keys with values, got nothing'],
    ],
    [
      'a file that is a list',
      flow('- flow: x\n'),
      ['1:1 TLW_VALUE_TYPE expected keys with values, got a list'],
    ],
    [
      'a map that is a list',
      flow(`${flowText}map: [a]\n`),
      ['4:6 TLW_VALUE_TYPE expected an object of JSONata leaves, or the path of a .jsonata file, got a list'],
    ],
    [
      'a map that is no path',
      flow(`${flowText}map: number\n`),
      ['4:6 TLW_VALUE_FORMAT expected the path of a .jsonata file, got "number"'],
    ],
    [
      'a name that is no name',
      swap('flow: orders-to-erp', 'flow: Orders to ERP'),
      ['1:7 TLW_VALUE_FORMAT expected a name of lower-case letters, digits and dashes, got "Orders to ERP"'],
    ],
    [
      'keys of a later version',
      flow(`${flowText}trigger: { webhook: true }\nwriteBack: {}\n`),
      [
        '4:12 TLW_NOT_YET `trigger.webhook` is not in this version',
        '5:1 TLW_NOT_YET `writeBack` is not in this version',
      ],
    ],
  ])('names %s', (_what, texts, expected) => {
    expect(findingsOf(makeWorkspace(texts))).toEqual(expected.map((each) => `flows/orders.yaml:${each}`));
  });

  it('says which key or value was likely meant', () => {
    const hints = (texts: Texts) => makeWorkspace(texts).findings.map(({ hint }) => hint);
    expect(hints(swap('resource: orders', 'resourse: orders'))).toEqual(['did you mean "resource"?']);
    expect(hints(swap('upsert', 'upsrt'))).toEqual(['did you mean "upsert"?']);
    expect(hints(flow(`${flowText}delivery: { batch: "100" }\n`))).toEqual(['remove the quotes']);
    expect(hints(swap('connection: erp', 'connection: 12'))).toEqual(['put it into quotes']);
  });
});

describe('what a flow requires', () => {
  const asking = (entity: string) => `${flowText}set: { total: '$xref("${entity}", number)' }\n`;

  it.each<[string, string, string[]]>([
    ['an entity that is asked for', `${asking('order')}requires: { xref: [order] }\n`, []],
    [
      'an entity that nothing asks for',
      `${asking('order')}requires: { xref: [order, stock] }\n`,
      [
        '5:27 TLW_REQUIRES_UNASKED no expression of the flow asks $xref("stock", …), so no record would wait for it',
      ],
    ],
    [
      'an entity that only a comment asks for',
      `${flowText}set: { total: 'number /* $xref("order", number) */' }\nrequires: { xref: [order] }\n`,
      [
        '5:20 TLW_REQUIRES_UNASKED no expression of the flow asks $xref("order", …), so no record would wait for it',
      ],
    ],
    [
      'an entity whose name is calculated',
      `${flowText}set: { total: '$xref(number, number)' }\nrequires: { xref: [order] }\n`,
      [
        '5:20 TLW_REQUIRES_UNASKED no expression of the flow asks $xref("order", …), so no record would wait for it',
      ],
    ],
    [
      'nothing',
      `${flowText}requires: {}\n`,
      [
        '4:1 TLW_KEY_MISSING the key "xref" is missing: Entities: where the mapping asks `$xref` for the id of one and the target does not have it yet, the record is blocked',
      ],
    ],
    [
      'an empty list',
      `${flowText}requires: { xref: [] }\n`,
      ['4:19 TLW_VALUE_RANGE expected at least 1 in this list, got 0'],
    ],
    [
      'a text instead of a list',
      `${asking('order')}requires: { xref: order }\n`,
      ['5:19 TLW_VALUE_TYPE expected a list, got "order"'],
    ],
    [
      'something else',
      `${asking('order')}requires: { xreff: [order] }\n`,
      ['5:13 TLW_KEY_UNKNOWN unknown key "xreff"'],
    ],
  ])('may be %s', (_what, text, expected) => {
    expect(findingsOf(makeWorkspace(flow(text)))).toEqual(
      expected.map((each) => `flows/orders.yaml:${each}`),
    );
  });

  it('may be asked for in the file that `map` names', () => {
    const texts = (entity: string) => ({
      ...flow(`${flowText}map: maps/o.jsonata\nrequires: { xref: [order] }\n`),
      'flows/maps/o.jsonata': `{ "number": $xref('${entity}', number) }\n`,
    });
    expect(findingsOf(makeWorkspace(texts('order')))).toEqual([]);
    expect(makeWorkspace(texts('stock')).findings.map(({ code }) => code)).toEqual(['TLW_REQUIRES_UNASKED']);
  });

  it('is told with the entity that was likely meant', () => {
    const { findings } = makeWorkspace(flow(`${asking('order')}requires: { xref: [ordr] }\n`));
    expect(findings.map(({ hint }) => hint)).toEqual(['did you mean "order"?']);
  });
});

describe('the meaning of a flow', () => {
  it.each<[string, Texts, string[]]>([
    [
      'an unknown connection',
      swap('connection: erp', 'connection: epr'),
      ['3:23 TLW_UNKNOWN_CONNECTION there is no connection "epr" in config/connections.yaml'],
    ],
    [
      'an unknown resource',
      swap('resource: sales', 'resource: sale'),
      ['3:38 TLW_UNKNOWN_RESOURCE the connection "erp" (connector shop) has no resource "sale"'],
    ],
    [
      'an unknown entity',
      swap('as: order }', 'as: oder }'),
      ['2:51 TLW_UNKNOWN_ENTITY there is no entity "oder"'],
    ],
    [
      'a source that cannot be read',
      swap('resource: orders, as: order', 'resource: sales'),
      ['2:39 TLW_SOURCE_NO_READ the resource "sales" cannot be read'],
    ],
    [
      'an upsert that cannot be composed',
      swap('resource: sales, as: order', 'resource: items'),
      [
        '3:52 TLW_TARGET_NO_WRITE `write: upsert` needs `upsert`, or `update` and `find`, which the resource "items" does not have',
      ],
    ],
    [
      'a write that is not there',
      swap('resource: sales, as: order, write: upsert', 'resource: orders, write: delete'),
      ['3:53 TLW_TARGET_NO_WRITE `write: delete` needs `delete`, which the resource "orders" does not have'],
    ],
    [
      'a create that may duplicate',
      swap('resource: sales, as: order, write: upsert', 'resource: items, write: create'),
      [
        '3:52 TLW_CREATE_DUPLICATES after a lost reply the resource "items" cannot be asked whether a record was created',
      ],
    ],
    [
      'an entity in the wrong direction',
      swap('resource: orders, as: order', 'resource: items, as: order'),
      ['2:50 TLW_ENTITY_NO_MAPPING the resource "items" is not mapped to the entity "order"'],
    ],
    [
      'an entity that is another',
      swap('sales, as: order', 'sales, as: stock'),
      ['3:49 TLW_ENTITY_NO_MAPPING the resource "sales" is not mapped from the entity "stock"'],
    ],
    [
      'a cron field',
      flow(`${flowText}trigger:\n  schedule: { cron: "*/5 25 * * *" }\n`),
      ['5:26 TLW_CRON_SYNTAX "25" is no hour: expected 0–23'],
    ],
    [
      'a time zone',
      flow(`${flowText}trigger: { schedule: { cron: "0 5 * * *", timezone: Europe/Berln } }\n`),
      ['4:53 TLW_CRON_ZONE there is no time zone "Europe/Berln"'],
    ],
    [
      'guards of the wrong form',
      flow(`${flowText}guards: { maxErrorRate: 5, maxDeletes: -1, maxChange: { of: "", by: "30 %" } }\n`),
      [
        '4:25 TLW_VALUE_TYPE expected a percentage such as 5% or 2.5%, got 5',
        '4:28 TLW_GUARD_IDLE the flow deletes nothing: it says `write: upsert`',
        '4:40 TLW_VALUE_RANGE expected at least 0, got -1',
        '4:61 TLW_VALUE_FORMAT expected text that is not empty, got ""',
        '4:69 TLW_VALUE_FORMAT expected a percentage such as 5% or 2.5%, got "30 %"',
      ],
    ],
    [
      'guards that would never hold anything',
      flow(`${flowText}guards: { maxErrorRate: 100.0%, maxDeletes: 5, maxChange: { of: total, by: 30% } }\n`),
      [
        '4:11 TLW_GUARD_IDLE no run has a larger share of errors than 100%',
        '4:33 TLW_GUARD_IDLE the flow deletes nothing: it says `write: upsert`',
      ],
    ],
    [
      'a number watched where nothing is changed',
      flow(
        `${flowText.replace('upsert', 'delete')}guards: { maxDeletes: 5, maxChange: { of: total, by: 30% } }\n`,
      ),
      ['4:26 TLW_GUARD_IDLE `write: delete` changes no record that was delivered before'],
    ],
    [
      'a guard with a broken expression',
      flow(`${flowText}guards: { maxChange: { of: total *, by: 30% } }\n`),
      ['4:35 TLW_EXPRESSION_SYNTAX ends where a value was expected'],
    ],
    [
      'delays that do not fit',
      flow(`${flowText}retry: { delay: 1h, maxDelay: 10m }\n`),
      ['4:31 TLW_RETRY_DELAYS the first delay (1h) is longer than the longest allowed (10m)'],
    ],
    [
      'set and map',
      flow(`${flowText}set: { total: number }\nmap: { number: number }\n`),
      [
        '5:1 TLW_FLOW_SET_AND_MAP a flow has either `set` or `map`: `map` replaces the record, `set` lays over it',
      ],
    ],
    [
      'a missing map file',
      flow(`${flowText}map: ./orders.jsonata\n`),
      ['4:6 TLW_UNKNOWN_FILE there is no file flows/orders.jsonata'],
    ],
    [
      'a map file outside',
      flow(`${flowText}map: ../../orders.jsonata\n`),
      ['4:6 TLW_UNKNOWN_FILE ../../orders.jsonata lies outside of the workspace'],
    ],
    [
      'a missing variable',
      flow(`${flowText}source: {}\n`.replace('source: {}\n', `summary: "\${NOT_SET}"\n`)),
      ['4:11 TLW_ENV_MISSING the environment variable NOT_SET is not set'],
    ],
  ])('names %s', (_what, texts, expected) => {
    expect(findingsOf(makeWorkspace(texts))).toEqual(expected.map((each) => `flows/orders.yaml:${each}`));
  });

  it('allows a create that may duplicate when the flow says so', () => {
    const texts = swap(
      'resource: sales, as: order, write: upsert',
      'resource: items, write: create, allowDuplicates: true',
    );
    expect(findingsOf(makeWorkspace(texts))).toEqual([]);
  });

  it('names two flows with one name', () => {
    expect(findingsOf(makeWorkspace({ 'flows/second.yaml': flowText }))).toEqual([
      'flows/second.yaml:1:7 TLW_FLOW_DUPLICATE the flow "orders-to-erp" stands in flows/orders.yaml:1:7 already',
    ]);
  });
});

describe('expressions', () => {
  // `^` marks where the finding stands; it is taken out before.
  it.each([
    ['plain', 'filter: $number(total) > ^)\n', 'TLW_EXPRESSION_SYNTAX'],
    ['plain with an unknown function', 'filter: true and ^$nummber(total) > 0\n', 'TLW_UNKNOWN_FUNCTION'],
    ['double quoted', 'filter: "\\"a\\" & ^$nope(1)"\n', 'TLW_UNKNOWN_FUNCTION'],
    ['single quoted', "filter: '''a'' & ^$nope(1)'\n", 'TLW_UNKNOWN_FUNCTION'],
    ['literal block', 'filter: |\n    ($a := 1;\n      ^$nope($a))\n', 'TLW_UNKNOWN_FUNCTION'],
    ['folded block', 'filter: >-\n  total\n  and\n  ^$nope(1)\n', 'TLW_UNKNOWN_FUNCTION'],
    ['in a leaf of set', 'set:\n  total: number\n  xp.a: ^$nope(1)\n', 'TLW_UNKNOWN_FUNCTION'],
    ['in a list of map', 'map:\n  lines: [ a, "x & ^$nope(1)" ]\n', 'TLW_UNKNOWN_FUNCTION'],
    ['with a table that is not there', 'set:\n  total: $lookup(^"countris", number)\n', 'TLW_UNKNOWN_TABLE'],
    [
      'with an entity that is not there',
      "set:\n  total: $xref(^'custommer', number)\n",
      'TLW_UNKNOWN_ENTITY',
    ],
    ['behind a reference', 'filter: "\'${SHOP_TOKEN}\' = ^$nope(1)"\n', 'TLW_UNKNOWN_FUNCTION'],
  ])('are placed at their own line and column: %s', (_what, marked, code) => {
    const lines = `${flowText}${marked}`.split('^')[0]?.split('\n') ?? [];
    const place = `flows/orders.yaml:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1} ${code}`;
    const texts = { ...flow(flowText + marked.replace('^', '')), 'config/tables/countries.csv': 'a,b\n' };
    const errors = makeWorkspace(texts).findings.filter(isError);
    expect(errors.map((each) => `${formatPlace(each)} ${each.code}`)).toEqual([place]);
  });

  it('are placed in the file that `map` names', () => {
    const texts = {
      ...flow(`${flowText}map: maps/o.jsonata\n`),
      'flows/maps/o.jsonata': '{\n  "number": $nope(number)\n}\n',
    };
    expect(findingsOf(makeWorkspace(texts))).toEqual([
      'flows/maps/o.jsonata:2:13 TLW_UNKNOWN_FUNCTION there is no function $nope',
    ]);
  });

  it('may calculate a table name, and name one that is there', () => {
    const text = `${flowText}set: { total: '$lookup("countries", number) & $lookup(status, "a")' }\n`;
    expect(
      findingsOf(makeWorkspace({ ...flow(text), 'config/tables/countries.csv': 'a,b\nDE,x\n' })),
    ).toEqual([]);
  });
});

describe('connections', () => {
  const erp = '  erp: { connector: shop, config: { baseUrl: "https://erp.example" } }\n';

  it.each<[string, Texts, string[]]>([
    [
      'an unknown connector',
      connections(connectionsText.replace('erp: { connector: shop', 'erp: { connector: shpo')),
      ['3:21 TLW_UNKNOWN_CONNECTOR there is no connector "shpo"'],
    ],
    [
      'an unknown key',
      connections(connectionsText.replace(erp, erp.replace('config:', 'confg:'))),
      ['3:27 TLW_KEY_UNKNOWN unknown key "confg"'],
    ],
    [
      'configuration that the connector does not know',
      connections(connectionsText.replace('token:', 'tokn:')),
      ['2:71 TLW_KEY_UNKNOWN unknown key "tokn"'],
    ],
    [
      'no configuration at all',
      connections(connectionsText.replace(', config: { baseUrl: "https://erp.example" }', '')),
      ['3:3 TLW_KEY_MISSING the key "config" is missing: the connector "shop" needs "baseUrl"'],
    ],
    [
      'a wrong number',
      connections(connectionsText.replace('token: "${SHOP_TOKEN}"', 'pageSize: 0')),
      ['2:81 TLW_VALUE_RANGE expected at least 1, got 0'],
    ],
    [
      'a missing variable, and nothing else there',
      connections(connectionsText.replace('"https://erp.example"', '"x${ERP_URL}"')),
      ['3:48 TLW_ENV_MISSING the environment variable ERP_URL is not set'],
    ],
    [
      'a broken reference',
      connections(connectionsText.replace('SHOP_TOKEN', 'SHOP TOKEN')),
      [
        '2:79 TLW_ENV_SYNTAX this is no reference: expected ${NAME}, ${NAME:-default}, ${file:/path} or ${exec:PROGRAM ARGUMENTS}',
      ],
    ],
    [
      'a credential in clear text',
      connections(connectionsText.replace('${SHOP_TOKEN}', 'abc')),
      ['2:78 TLW_SECRET_IN_TEXT the credential "token" stands here in clear text'],
    ],
    [
      'an unused connection',
      connections(`${connectionsText}${erp.replace('erp:', 'old:')}`),
      ['4:3 TLW_CONNECTION_UNUSED no flow uses the connection "old"'],
    ],
    [
      'resources where none can be declared',
      connections(connectionsText.replace(erp, erp.replace(' } }', ' }, resources: {} }'))),
      [
        '3:71 TLW_RESOURCES_NOT_ALLOWED the connector "shop" has its own resources; none can be declared here',
      ],
    ],
  ])('names %s', (_what, texts, expected) => {
    expect(findingsOf(makeWorkspace(texts)).toSorted()).toEqual(
      expected.map((each) => `config/connections.yaml:${each}`).sort(),
    );
  });

  it('are checked by the formats and dependencies of the schema as well, each cause once', () => {
    const bad = connectionsText.replace('https://erp.example', 'erp example');
    expect(findingsOf(makeWorkspace(connections(bad)))).toEqual([
      expect.stringMatching(
        /^config\/connections\.yaml:3:46 TLW_VALUE_FORMAT "baseUrl" must be .*, got "erp example"$/,
      ),
    ]);
    const tied = shopManifest.replace(
      '  required: [baseUrl]',
      '  required: [baseUrl]\n  dependentRequired: { pageSize: [token] }',
    );
    const texts = connections(
      connectionsText.replace('"https://erp.example"', '"https://erp.example", pageSize: 5'),
    );
    expect(findingsOf(makeWorkspace({ ...texts, 'connectors/shop/connector.yaml': tied }))).toEqual([
      'config/connections.yaml:3:27 TLW_KEY_MISSING "token" is missing, but `pageSize` asks for it',
    ]);
  });

  it('given twice make no flow guilty', () => {
    const found = findingsOf(makeWorkspace(connections(connectionsText.replace('  erp:', '  shop:'))));
    expect(found).toEqual(['config/connections.yaml:3:3 TLW_FILE_DUPLICATE_KEY this key stands here twice']);
  });

  it('that cannot be read make no flow guilty', () => {
    expect(findingsOf(makeWorkspace(connections('connections:\n\tshop: {}\n')))).toEqual([
      'config/connections.yaml:2:1 TLW_FILE_TAB a tab is used for indentation',
    ]);
  });

  it('never show what a variable holds', () => {
    const texts = connections(connectionsText.replace('token: "${SHOP_TOKEN}"', 'pageSize: "${SHOP_TOKEN}"'));
    expect(findingsOf(makeWorkspace(texts))).toEqual([
      'config/connections.yaml:2:81 TLW_VALUE_TYPE expected a whole number, got the value of ${SHOP_TOKEN}',
    ]);
  });

  it('take numbers from variables, defaults for empty ones, and secrets from files', () => {
    const text = connectionsText.replace(
      'token: "${SHOP_TOKEN}"',
      'pageSize: "${SIZE:-10}", token: "${file:/run/secret}"',
    );
    const fileExists = (path: string) => path === '/run/secret';
    expect(findingsOf(makeWorkspace(connections(text), { env: { SIZE: '' }, fileExists }))).toEqual([]);
    expect(
      findingsOf(makeWorkspace(connections(text), { env: { SIZE: '0' }, fileExists: () => false })),
    ).toEqual([
      'config/connections.yaml:2:81 TLW_VALUE_RANGE expected at least 1, got the value of ${SIZE:-10}',
      'config/connections.yaml:2:104 TLW_ENV_FILE the file /run/secret cannot be read',
    ]);
  });
});

describe('resources declared on a connection', () => {
  const declare = (resource: string, auth = '{ type: bearer, token: "${SHOP_TOKEN}" }') =>
    makeWorkspace({
      ...connections(`connections:
  shop: { connector: shop, config: { baseUrl: "https://shop.example" } }
  erp:
    connector: http
    config: { baseUrl: "https://erp.example", auth: ${auth} }
    resources:
      sales:
        ${resource}
`),
      ...swap(', as: order, write', ', write'),
    });
  const good = 'key: id\n        upsert: { method: PUT, path: "/sales/{{key}}" }';

  it.each([
    ['nothing', good, undefined, []],
    ['an unknown key', good.replace('path', 'pth'), undefined, ['9:32 TLW_KEY_UNKNOWN unknown key "pth"']],
    ['a wrong method', good.replace('PUT', 'PUTT'), undefined, ['9:27 TLW_VALUE_CHOICE']],
    ['a broken template', good.replace('{{key}}', '{{key +}}'), undefined, ['9:53 TLW_RESOURCE_INVALID']],
    [
      'a kind of authentication that is not there',
      good,
      '{ type: bearrer, token: "${SHOP_TOKEN}" }',
      ['5:61 TLW_VALUE_CHOICE expected one of "none" or "bearer", got "bearrer"'],
    ],
    [
      'a missing kind',
      good,
      '{ token: "${SHOP_TOKEN}" }',
      ['5:47 TLW_KEY_MISSING the key "type" is missing; it says which of none, bearer this is'],
    ],
    [
      'a key of another kind',
      good,
      '{ type: none, token: "${SHOP_TOKEN}" }',
      ['5:67 TLW_KEY_UNKNOWN unknown key "token"'],
    ],
    ['a secret in a choice', good, '{ type: bearer, token: abc }', ['5:76 TLW_SECRET_IN_TEXT']],
    [
      'a wrong secret, unseen',
      good,
      '{ type: bearer, token: 12345 }',
      ['5:76 TLW_VALUE_TYPE expected text, got a number'],
    ],
  ])('have %s found', (_what, resource, auth, expected) => {
    const found = findingsOf(declare(resource, auth));
    expect(found).toHaveLength(expected.length);
    for (const [index, each] of expected.entries())
      expect(found[index]).toContain(`config/connections.yaml:${each}`);
  });
});

describe('connectors, schemas, tables, settings', () => {
  const connector = (text: string): Texts => ({ 'connectors/shop/connector.yaml': text });

  it.each<[string, Texts, string[]]>([
    [
      'a connector with another name',
      connector(shopManifest.replace('connector: shop', 'connector: store')),
      ['connectors/shop/connector.yaml:1:12 TLW_CONNECTOR_NAME'],
    ],
    [
      'mistakes in two resources',
      connector(
        shopManifest
          .replace('key: id\n    entity', 'key: id +\n    entity')
          .replace('/sales/{{key}}', '/sales/{{key'),
      ),
      [
        'connectors/shop/connector.yaml:15:14 TLW_CONNECTOR_INVALID',
        'connectors/shop/connector.yaml:25:27 TLW',
      ],
    ],
    [
      'a manifest with a configuration that is no schema',
      connector(shopManifest.replace('type: integer', 'type: integr')),
      ['connectors/shop/connector.yaml:3:1 TLW_CONNECTOR_INVALID'],
    ],
    [
      'an entity that is no schema',
      { 'schemas/order.schema.json': '{ "type": "objekt" }' },
      ['schemas/order.schema.json:1:11 TLW_SCHEMA_INVALID `type` must be "string", "number"'],
    ],
    [
      'an entity that is no JSON',
      { 'schemas/order.schema.json': '{ "type" "object" }' },
      ['schemas/order.schema.json:1:10 TLW_FILE_SYNTAX'],
    ],
    [
      'an unknown setting',
      { 'config/tradelane.yaml': 'logLevel: info\nlogLevl: debug\n' },
      ['config/tradelane.yaml:2:1 TLW_KEY_UNKNOWN'],
    ],
    [
      'a wrong size',
      { 'config/tradelane.yaml': 'maxBatch: 4 mega\n' },
      [
        'config/tradelane.yaml:1:11 TLW_VALUE_FORMAT expected a size above 0 such as 64KB or 4MB, got "4 mega"',
      ],
    ],
    [
      'a default of a table that is none',
      { 'config/tables/t.yaml': 'missing: { default: }\nvalues: { a: b }\n' },
      ['config/tables/t.yaml:1:12 TLW_VALUE_TYPE expected text or a number or true or false'],
    ],
    [
      'a table without values',
      { 'config/tables/a.yaml': 'DE: Germany\n' },
      ['config/tables/a.yaml:1:1 TLW_KEY_MISSING', 'config/tables/a.yaml:1:1 TLW_KEY_UNKNOWN'],
    ],
    [
      'numbers that lose their look',
      { 'config/tables/a.yaml': 'values:\n  DE: 007\n  FR: { rate: 1.50 }\n  IT: 7\n' },
      ['config/tables/a.yaml:2:7 TLW_TABLE_NUMBER', 'config/tables/a.yaml:3:15 TLW_TABLE_NUMBER'],
    ],
    [
      'a CSV table with a short row',
      { 'config/tables/a.csv': 'code;name\nDE;Germany\nFR\n' },
      ['config/tables/a.csv:3:1 TLW_TABLE_INVALID expected 2 columns as in the header, got 1'],
    ],
    [
      'a CSV table with a key twice',
      { 'config/tables/a.csv': 'code,name\nDE,Germany\n\nDE,Austria\n' },
      ['config/tables/a.csv:4:1 TLW_TABLE_DUPLICATE the key "DE" stands in line 2 already'],
    ],
    [
      'a CSV table with an open quote',
      { 'config/tables/a.csv': 'code,name\nDE,"Germany\n' },
      ['config/tables/a.csv:2:1 TLW_TABLE_INVALID'],
    ],
    [
      'a CSV table with one column',
      { 'config/tables/a.csv': 'code\nDE\n' },
      ['config/tables/a.csv:1:1 TLW_TABLE_INVALID'],
    ],
    [
      'one table in two files',
      { 'config/tables/a.csv': 'a,b\n', 'config/tables/a.yaml': 'values: {}\n' },
      ['config/tables/a.yaml:1:1 TLW_TABLE_DUPLICATE'],
    ],
    [
      'a code connector that is not loaded',
      { 'connectors/own/index.ts': 'stamp' },
      ['connectors/own/index.ts:1:1 TLW_CONNECTOR_CODE'],
    ],
  ])('have %s found', (_what, texts, expected) => {
    const found = findingsOf(makeWorkspace(texts));
    expect(found.map((each, index) => each.startsWith(expected[index] ?? 'nothing') || each)).toEqual(
      expected.map(() => true),
    );
  });

  it('read tables of both kinds', () => {
    const { tables } = makeWorkspace({
      'config/tables/two.csv': '\ufeffcode;name\r\nDE;Germany\r\n',
      'config/tables/three.csv': 'code,name,iso3\nDE,Germany,DEU\n',
      'config/tables/yaml.yaml': 'summary: x\nvalues: { NO: Norway, 7: { rate: "1.50" } }\n',
    });
    expect(tables.get('two')?.table.get('DE')).toBe('Germany');
    expect(tables.get('three')?.table.get('DE')).toEqual({ name: 'Germany', iso3: 'DEU' });
    expect(tables.get('yaml')?.table.get('NO')).toBe('Norway');
    expect(tables.get('yaml')?.table.get('7')).toEqual({ rate: '1.50' });
    expect(tables.get('two')?.table.get('FR')).toBeUndefined();
  });

  it('take settings over the defaults', () => {
    const text = 'logLevel: "${LEVEL:-debug}"\nshutdownTimeout: 1m\n';
    expect(makeWorkspace({ 'config/tradelane.yaml': text }).settings).toMatchObject({
      logLevel: 'debug',
      shutdownTimeoutMs: 60_000,
      leaseMs: 30_000,
      maxBatchBytes: 4_194_304,
    });
  });
});
