import { describe, expect, test } from 'vitest';
import { callCli } from '../../support/call-cli.ts';

describe('every command explains itself', () => {
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
    'schema',
    'connectors',
    'connectors list',
    'connectors show',
    'simulate',
    'runs',
    'status',
    'pending',
    'errors',
    'errors causes',
    'errors list',
    'errors show',
    'errors resolve',
    'errors discard',
    'errors reopen',
    'drift',
    'drift accept',
    'drift resolve',
    'record',
    'replay',
    'migrate',
    'completion',
  ];
  test.for(commands)('%s --help has an example', async (command) => {
    const { code, stdout, stderr } = await callCli([...command.split(' '), '--help']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`Usage: tradelane ${command}`);
    expect(stdout).toMatch(/Examples:\n {2}\$ .*tradelane /);
  });
});
