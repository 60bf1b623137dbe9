import { describe, test } from 'vitest';
import { runCli } from '../../support/cli.ts';

describe.concurrent('every command explains itself', () => {
  const commands = [
    'init',
    'demo',
    'dev',
    'start',
    'plan',
    'run',
    'validate',
    'test',
    'map',
    'connectors',
    'connectors list',
    'connectors show',
    'simulate',
    'runs',
    'status',
    'pending',
    'errors',
    'errors groups',
    'errors list',
    'errors show',
    'errors resolve',
    'errors discard',
    'record',
    'replay',
    'migrate',
  ];
  test.for(commands)('%s --help has an example', { timeout: 60_000 }, async (command, { expect }) => {
    const { code, stdout, stderr } = await runCli([...command.split(' '), '--help']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`Usage: tradelane ${command}`);
    expect(stdout).toMatch(/Examples:\n {2}\$ .*tradelane /);
  });
});
