import { expect, test } from 'vitest';
import { connections, createTestWorkspace } from './workspace.ts';

interface Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
}

test('a file of 500 lines with ten mistakes has ten findings, each at its place', {
  timeout: 60_000,
}, async () => {
  const { lines, places } = connectionsWithMistakes();
  expect(lines.length).toBeGreaterThanOrEqual(500);
  await using workspace = await createTestWorkspace({ 'config/connections.yaml': lines.join('\n') });
  const result = await workspace.run(['validate', '--json']);
  expect(result.code).toBe(2);
  const { findings } = JSON.parse(result.stdout) as { findings: readonly (Finding & { severity: string })[] };
  const errors = findings.filter(({ severity }) => severity === 'error');
  expect(errors.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual(
    places.map((place) => `config/connections.yaml:${place}`),
  );
  const text = await workspace.run(['validate']);
  for (const { line, column, code } of errors)
    expect(text.stdout).toContain(`config/connections.yaml:${line}:${column}  ${code}`);
});

test('a variable that is not set is named with its place', { timeout: 60_000 }, async () => {
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections.replace('./data/in', '"${ORDERS_DIR}"'),
  });
  const missing = await workspace.run(['run', 'orders']);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toMatch(/config\/connections\.yaml:4:\d+ .*ORDERS_DIR/);
  const set = await workspace.run(['run', 'orders'], { ORDERS_DIR: './data/in' });
  expect(set.code, set.stderr).toBe(0);
});

test('a file that cannot be read at all is to blame, not what should stand in it', {
  timeout: 60_000,
}, async () => {
  await using workspace = await createTestWorkspace();
  await workspace.write('config/connections.yaml', connections.replace('./data/in', '${ORDERS_DIR}'));
  const run = await workspace.run(['run', 'orders']);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/config\/connections\.yaml:4:\d+ +TLW_FILE_SYNTAX/);
  await workspace.write('flows/orders.yaml', 'flow: orders\n  source: {');
  const again = await workspace.run(['run', 'orders']);
  expect(again.code).toBe(2);
  expect(again.stderr).toMatch(/flows\/orders\.yaml:2:\d+ +TLW_FILE_INDENT/);
});

/** Connections that are right but for every tenth of the first hundred. */
function connectionsWithMistakes(): {
  readonly lines: readonly string[];
  readonly places: readonly string[];
} {
  const lines = connections.trimEnd().split('\n');
  const places: string[] = [];
  for (let nth = 0; nth < 100; nth++) {
    const isWrong = nth % 10 === 5;
    const block = [
      `  shop${nth}:`,
      '    connector: file',
      `    config: { path: ./data/shop${nth} }`,
      '    resources:',
      '      orders: { key: id, read: { files: "orders-*.csv", format: csv } }',
    ];
    if (isWrong) {
      const [index, right, wrong, at = wrong] = mistakes[(nth - 5) / 10] ?? [0, '', ''];
      const line = (block[index] ?? '').replace(right, wrong);
      block[index] = line;
      places.push(`${lines.length + index + 1}:${line.indexOf(at) + 1}`);
    }
    lines.push(...block);
  }
  return { lines, places };
}

/** Which line of a block, what stands there, what stands there instead, and where in that the mistake begins. */
const mistakes: readonly (readonly [number, string, string, string?])[] = [
  [1, 'file', 'fiel'],
  [2, 'path:', 'pth:'],
  [4, 'csv }', 'cvs }'],
  [4, 'files:', 'flies:'],
  [3, 'resources:', 'resource:'],
  [4, 'key:', 'keys:'],
  [4, '"orders-*.csv"', '17'],
  [2, './data/shop75', '[]'],
  [1, 'connector:', 'conector:'],
  [4, 'csv }', 'csv, ready: soon }', 'soon'],
];
