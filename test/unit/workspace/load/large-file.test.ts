import { expect, it } from 'vitest';
import { formatPlace } from '../../../../src/workspace/finding.ts';
import { makeWorkspace } from '../make-workspace.ts';

// `^` marks where a finding must stand; it is taken out before the file is read.
const head = `flow: orders-to-erp
summary: A flow with ten mistakes
trigger:
  ^webhook: true
  schedule: { cron: "*/5 * ^32 * *", timezone: Europe/Berlin }
source:
  connection: shop
  resource: ^ordrs
  as: order
target: { connection: erp, resource: sales, write: ^replace }
^filtre: total > 0
delivery:
  batch: ^lots
retry: { delay: ^2 seconds }
`;

const mistakes = new Map([
  [100, `  line100: number & ^$upercase(status)`],
  [250, `  line250: |\n    $map(lines, function($line) {\n      $line.price * ^)\n    })`],
  [400, `  line400: "$lookup(^'countries', shipTo.country)"`],
]);

function largeFlow(): { text: string; places: string[] } {
  const leaves = Array.from(
    { length: 486 },
    (_, index) => mistakes.get(index) ?? `  line${index}: lines[${index}].sku`,
  );
  const lines = [...head.trimEnd().split('\n'), 'map:', ...leaves.flatMap((leaf) => leaf.split('\n'))];
  const places = lines.flatMap((line, index) =>
    line.includes('^') ? [`flows/orders.yaml:${index + 1}:${line.indexOf('^') + 1}`] : [],
  );
  return { text: `${lines.map((line) => line.replace('^', '')).join('\n')}\n`, places };
}

it('finds ten mistakes in a file of 500 lines, each at its place, and nothing else', () => {
  const { text, places } = largeFlow();
  expect(text.split('\n').length).toBeGreaterThan(500);
  expect(places).toHaveLength(10);
  const { findings } = makeWorkspace({ 'flows/orders.yaml': text });
  expect(findings.map(formatPlace)).toEqual(places);
  expect(findings.map(({ code }) => code)).toEqual([
    'TLW_NOT_YET',
    'TLW_CRON_SYNTAX',
    'TLW_UNKNOWN_RESOURCE',
    'TLW_VALUE_CHOICE',
    'TLW_KEY_UNKNOWN',
    'TLW_VALUE_TYPE',
    'TLW_VALUE_FORMAT',
    'TLW_UNKNOWN_FUNCTION',
    'TLW_EXPRESSION_SYNTAX',
    'TLW_UNKNOWN_TABLE',
  ]);
});
