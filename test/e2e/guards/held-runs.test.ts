import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createTestWorkspace({
    'flows/orders.yaml': `flow: prices
source: { connection: in, resource: orders }
target: { connection: out, resource: orders, write: upsert }
guards: { maxErrorRate: 5%, maxChange: { of: price, by: 30% } }
`,
  });
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

const priceFile = (nth: number, lines: readonly string[]) =>
  workspace.drop(`orders-${nth}.csv`, ['id,price', ...lines, ''].join('\n'));

async function lastPriceOf(id: string): Promise<unknown> {
  return (await workspace.delivered()).findLast((record) => record.id === id)?.price;
}

test('a price file full of zeros is held, and rejected or approved by a person', {
  timeout: 300_000,
}, async () => {
  await priceFile(1, ['A,10.00', 'B,20.00']);
  expect((await workspace.json(['run', 'prices'])).code).toBe(0);

  await priceFile(2, ['A,0', 'B,0']);
  const zeroed = await workspace.json(['run', 'prices']);
  expect(zeroed.code).toBe(3);
  const { run: broken } = zeroed.document;
  expect(zeroed.document).toMatchObject({ status: 'held', fault: { code: 'TL_GUARD_TRIPPED' } });
  expect(zeroed.document.counts).toMatchObject({ read: 2, delivered: 0, pending: 2 });
  expect(zeroed.document.fault?.message).toMatch(
    /^would change 1 record by more than 30%, "[AB]" among them; guards.maxChange allows none$/,
  );
  expect(zeroed.stderr).toContain(`held for approval: tradelane runs approve ${broken}`);
  expect(await lastPriceOf('A')).toBe('10.00');

  const mistakes = [
    ['runs approve 999', 'there is no run 999'],
    [`runs approve ${broken - 1}`, `run ${broken - 1} of prices is not held for approval: it is succeeded`],
    [`runs reject ${broken}`, "required option '--reason <text>' not specified"],
    ['runs aprove 2', `unknown command 'runs aprove'; did you mean approve?`],
    ['runs approve last', 'the id must be a whole number, got "last"'],
  ] as const;
  const refused = await Promise.all(mistakes.map(([args]) => workspace.run(args.split(' '))));
  expect(refused.map(({ code }) => code)).toEqual(mistakes.map(() => 2));
  for (const [index, [, message]] of mistakes.entries()) expect(refused[index]?.stderr).toContain(message);

  const rejected = await workspace.run(['runs', 'reject', String(broken), '--reason', 'broken export']);
  expect(rejected).toMatchObject({ code: 0 });
  expect(rejected.stdout).toBe(`run ${broken} is rejected; 2 records went to the errors\n`);
  const shown = await workspace.run(['runs', 'show', String(broken)]);
  expect(shown.stdout).toMatch(/^by +manual, tester$/m);
  expect(shown.stdout).toMatch(/^asked for what is new$/m);
  expect(shown.stdout).toMatch(/^decided +rejected by tester at 20\S+ \(broken export\)$/m);
  const errors = await workspace.json(['errors', 'list']);
  expect(errors.document.errors.map(({ code }) => code)).toEqual(['TL_RUN_REJECTED', 'TL_RUN_REJECTED']);
  expect(errors.document.errors[0]?.message).toMatch(/^the run was rejected: broken export \(would change/);

  await priceFile(3, ['A,0', 'B,21.00']);
  const meant = await workspace.json(['run', 'prices']);
  expect(meant).toMatchObject({ code: 3, document: { status: 'held' } });
  const status = await workspace.run(['status']);
  expect(status).toMatchObject({ code: 1 });
  expect(status.stdout).toContain(`run ${meant.document.run} is held for approval: would change 1 record`);

  await priceFile(4, ['A,0.00']);
  const later = await workspace.json(['run', 'prices']);
  expect(later.code).toBe(3);
  expect(later.document).toMatchObject({ status: 'waiting', earlier: [{ status: 'held' }] });
  expect(later.document.fault?.message).toContain(
    `it stands behind run ${meant.document.run}, which is held`,
  );

  const approved = await workspace.json([...['runs', 'approve', String(meant.document.run), '--by', 'anna']]);
  expect(approved).toMatchObject({ code: 0, stderr: '', document: { approved: true } });
  expect((await workspace.json(['status'])).document).toMatchObject({
    flows: [{ decision: { run: meant.document.run, deed: 'approve', by: 'anna' } }],
  });
  expect((await workspace.json(['runs', 'show', String(meant.document.run)])).document).toMatchObject({
    by: 'tester',
    audit: [
      { deed: 'run', by: 'tester' },
      { deed: 'approve', by: 'anna' },
    ],
  });
  const last = await workspace.json(['run', 'prices']);
  expect(last.stderr).not.toContain('held');
  expect(last).toMatchObject({
    code: 0,
    document: { status: 'succeeded', earlier: [{ status: 'succeeded' }, { status: 'succeeded' }] },
  });
  expect(await lastPriceOf('A')).toBe('0.00');
  expect(await lastPriceOf('B')).toBe('21.00');
  expect((await workspace.run(['errors'])).stdout).toBe('no open errors\n');
});
