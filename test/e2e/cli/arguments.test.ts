import { afterAll, beforeAll, describe, test } from 'vitest';
import { createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createTestWorkspace();
});
afterAll(() => workspace[Symbol.asyncDispose]());

const mistakes: readonly (readonly [command: string, message: string])[] = [
  ['run ordrs', 'no flow "ordrs" in this workspace; did you mean "orders"?'],
  ['run', "missing required argument 'flow'"],
  ['run orders --nope', "unknown option '--nope'"],
  ['run orders --ful', "unknown option '--ful'\n(Did you mean --full?)"],
  ['run orders --limit abc', '--limit must be a whole number, got "abc"'],
  ['run orders --limit 0', '--limit must be 1 or more, got "0"'],
  ['run orders --since yesterday', '--since must be a time such as 2026-11-20'],
  ['run orders --workspace /no/such/folder', 'there is no folder /no/such/folder'],
  ['validate flows/none.yaml', 'not a file of this workspace: flows/none.yaml'],
  ['validat', "unknown command 'validat'\n(Did you mean validate?)"],
  ['errors shwo', "unknown command 'errors shwo'"],
  ['errors show 999', 'there is no error 999; none is open'],
  ['errors show abc', 'no error has the key "abc", or this text in its record'],
  ['errors resolve', 'name the errors: ids, or --flow, --code, --key, --text, --message, --since'],
  ['replay', 'name the errors: ids, or --flow, --code, --key, --text, --message, --since'],
  ['replay 999', 'there is no error 999; none is open'],
  ['replay 1 --patch a.json --expression b', 'either --patch or --expression, not both'],
  ['errors list --code TL_MAP_FAILD', 'did you mean "TL_MAP_FAILED"?'],
  ['replay --flow ordrs', 'no flow "ordrs" in this workspace; did you mean "orders"?'],
  ['runs --limit 0', '--limit must be 1 or more, got "0"'],
  ['connectors show fil', 'no connector "fil"; did you mean "file"?'],
  ['simulate nothing', 'no simulator "nothing"'],
  ['start --role boss', '--role: expected api or scheduler or worker, got "boss"'],
];

describe.concurrent('a mistake on the command line ends with 2 and one JSON document', () => {
  test.for(mistakes)('%s', { timeout: 60_000 }, async ([command, message], { expect }) => {
    const result = await workspace.json(command.split(' '));
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toContain('    at ');
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(result.document.error.message);
  });
});

const places: readonly (readonly [
  name: string,
  env: Readonly<Record<string, string>>,
  code: number,
  message: string,
])[] = [
  [
    'DATABASE_URL that nobody answers',
    { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/d' },
    3,
    'PostgreSQL does not answer: connect ECONNREFUSED 127.0.0.1:1',
  ],
  ['DATABASE_URL that is none', { DATABASE_URL: 'secret' }, 2, 'DATABASE_URL must be postgres://'],
  [
    'DATABASE_URL of something else',
    { DATABASE_URL: 'mysql://u:secret@h/d' },
    2,
    'DATABASE_URL must be postgres://',
  ],
  ['REDIS_URL that is none', { REDIS_URL: 'secret' }, 2, 'REDIS_URL must be redis://'],
];

describe.concurrent('an address that is wrong', () => {
  test.for(places)('%s', { timeout: 60_000 }, async ([, env, code, message], { expect }) => {
    const result = await workspace.json(['run', 'orders'], env);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stderr + result.stdout).not.toContain('secret');
  });
});
