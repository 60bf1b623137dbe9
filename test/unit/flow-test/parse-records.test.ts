import { describe, expect, it } from 'vitest';
import { parseRecords } from '../../../src/flow-test/sample/parse-records.ts';

describe('parseRecords', () => {
  it.each([
    ['a record', 'a.json', '{ "a": 1 }', [{ a: 1 }]],
    ['a list', 'a.json', '[{ "a": 1 }, { "a": 2 }]', [{ a: 1 }, { a: 2 }]],
    ['lines', 'a.jsonl', '{"a":1}\n\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['lines from anywhere', 'standard input', '{"a":1}\n{"a":2}', [{ a: 1 }, { a: 2 }]],
    ['YAML', 'a.yaml', 'a: 1\nb: [x]\n', [{ a: 1, b: ['x'] }]],
    ['a list in YAML', 'a.yaml', '- a: 1\n- a: 2\n', [{ a: 1 }, { a: 2 }]],
    ['a text', 'a.json', '"a"', ['a']],
  ])('reads %s', (_what, file, text, expected) => {
    expect(parseRecords(file, text)).toEqual(expected);
  });

  it.each([
    ['a value left out', 'a.json', '{"a": 1,\n "b": }', 'this is no JSON (a.json:2:7)'],
    ['an end left out', 'a.json', '{"a": [1', 'this is no JSON (a.json:1:9)'],
    ['a word', 'a.json', '{"a": tru }', 'this is no JSON (a.json:1:10)'],
    ['YAML that calls itself JSON', 'a.json', 'a: 1', 'this is no JSON (a.json:1:1)'],
    ['a comma too many', 'a.jsonl', '{"a":1}\n{"a":2,}', 'this is no JSON (a.jsonl:2:8)'],
    ['broken YAML', 'a.yaml', 'a: [1\n', 'is not closed (a.yaml:2:1)'],
    ['nothing', 'a.yaml', ' \n', 'a.yaml is empty: expected a record'],
    ['a record too deep', 'a.json', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'nested in more than 500'],
  ])('says where %s is', (_what, file, text, message) => {
    expect(() => parseRecords(file, text)).toThrow(message);
  });
});
