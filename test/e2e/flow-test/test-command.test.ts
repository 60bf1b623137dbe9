import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { createShop, flow, type Shop, tests } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop();
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

describe('tradelane test', { timeout: 120_000 }, () => {
  it('runs without a variable set, and no request leaves', async () => {
    const { code, stdout, stderr } = await shop.run(['test']);
    expect(stderr).toBe('');
    expect(stdout).toBe(
      [
        'flows/orders.test.yaml  orders-to-erp',
        '  ✓ an open order becomes an invoice',
        '  ✓ an order of a stranger waits',
        '  ✓ a closed order stays where it is',
        '',
        '3 cases in 1 file: 3 passed',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect(shop.requests()).toBe(0);
  });

  it('shows what a changed mapping changes, with exit code 1', async () => {
    await shop.write('flows/orders.yaml', flow.replace('number: id', 'number: \'"X" & id\''));
    const { code, stdout } = await shop.run(['test', 'orders-to-erp']);
    await shop.write('flows/orders.yaml', flow);
    expect(code).toBe(1);
    expect(stdout).toContain(
      [
        '  ✗ an open order becomes an invoice  flows/orders.test.yaml:4:11',
        '      the payload is something else  flows/orders.test.yaml:7:7',
        '        - expected  + came',
        '          {',
        '            "customer": "8f3a",',
        '        -   "number": "4711",',
        '        +   "number": "X4711",',
        '            "total": {',
      ].join('\n'),
    );
    expect(stdout).toContain('3 cases in 1 file: 2 passed, 1 failed');
  });

  it('says which reference was asked for and not given', async () => {
    await shop.write('flows/more.test.yaml', tests.replace(/xref: .*\n/, ''));
    const { code, stdout } = await shop.run(['test', 'more.test.yaml']);
    await shop.write('flows/more.test.yaml', tests);
    expect(code).toBe(1);
    expect(stdout).toContain('expected it to be delivered, but it is blocked: waits for customer C-1');
    expect(stdout).toContain('asked for $xref("customer", "C-1"), which `xref` does not give');
  });

  it('prints one document with --json', async () => {
    const { code, stdout } = await shop.run(['test', 'stranger', '--json']);
    expect(code).toBe(0);
    const { files, totals } = JSON.parse(stdout);
    expect(files[0]).toEqual({
      file: 'flows/more.test.yaml',
      flow: 'orders-to-erp',
      cases: [
        {
          case: 'an order of a stranger waits',
          ok: true,
          line: 9,
          column: 11,
          outcome: 'blocked',
          reason: 'waits for customer C-2',
        },
      ],
    });
    expect(totals).toEqual({ files: 2, cases: 2, passed: 2, failed: 0, notRun: 0 });
  });

  it('does not run files with mistakes, and says where they are, with exit code 2', async () => {
    await shop.write('flows/more.test.yaml', tests.replace('payload', 'paylaod'));
    const { code, stdout } = await shop.run(['test']);
    await shop.write('flows/more.test.yaml', tests);
    expect(code).toBe(2);
    expect(stdout).toContain('flows/more.test.yaml:7:7  TLW_KEY_UNKNOWN');
    expect(stdout).toContain('3 cases in 2 files: 3 passed, 1 file could not be run');
  });

  it('says what there is where nothing matches', async () => {
    const { code, stderr } = await shop.run(['test', 'order-to-erp']);
    expect(code).toBe(2);
    expect(stderr).toContain('is named "order-to-erp"; did you mean "orders-to-erp"?');
  });

  it('says what no case reaches, and fails for it only where asked', async () => {
    const only = ['test', 'closed order'];
    const told = await shop.run([...only, '--coverage']);
    expect(told.stdout).toContain('flows/orders.yaml:6:13  map.customer never gave a value');
    expect(told.stdout).toMatch(/orders-to-erp +1 +6 +16/);
    expect(told.code).toBe(0);
    const failed = await shop.run([...only, '--min-coverage', '80%']);
    expect(failed.stderr).toContain('coverage is 16%, less than the 80% asked for');
    expect(failed.code).toBe(1);
    const wrong = await shop.run([...only, '--min-coverage', 'most']);
    expect(wrong.stderr).toContain('--min-coverage must be a share such as 80%, got "most"');
    expect(wrong.code).toBe(2);
  });

  it('runs again when a file changes, mistakes included, until it is told to end', async () => {
    await using watching = startCli(['test', 'orders.test.yaml', '--watch'], { cwd: shop.dir });
    await watching.said('3 cases in 1 file: 3 passed');
    await watching.said('watching; Ctrl-C ends');
    await shop.write('flows/orders.yaml', flow.replace('filter:', 'fliter:'));
    await watching.said('1 file could not be run');
    await shop.write('flows/orders.yaml', flow.replace('number: id', 'number: "1"'));
    await watching.said('3 cases in 1 file: 2 passed, 1 failed');
    const { code } = await watching.end();
    await shop.write('flows/orders.yaml', flow);
    expect(code).toBe(0);
  });
});
