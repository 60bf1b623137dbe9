import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../../src/workspace/secrets/command-line.ts';
import { brokenReference, referencesIn, resolveText } from '../../../../src/workspace/text/references.ts';

const words = (line: string) => {
  const command = parseCommandLine(line);
  return 'problem' in command ? command.problem : [command.program, ...command.args];
};

describe('a command line', () => {
  it.each<[string, readonly string[]]>([
    ['vault kv get -field=token secret/erp', ['vault', 'kv', 'get', '-field=token', 'secret/erp']],
    ["  pass   show 'shop erp/token'\t", ['pass', 'show', 'shop erp/token']],
    ['op read "op://Shop/ERP \\"test\\"/token"', ['op', 'read', 'op://Shop/ERP "test"/token']],
    ['a --x="b c"d\'e f\'', ['a', '--x=b cde f']],
    ['a \'\' ""', ['a', '', '']],
    ['a b\\ c \\"', ['a', 'b c', '"']],
    ["'C:\\Program Files\\x.exe' -q", ['C:\\Program Files\\x.exe', '-q']],
    ['a "\\n\\\\" \'\\n\'', ['a', '\\n\\', '\\n']],
    // No shell: nothing of this means anything.
    [
      'a $HOME `b` $(c) | d > e; f && g *.x ~',
      ['a', '$HOME', '`b`', '$(c)', '|', 'd', '>', 'e;', 'f', '&&', 'g', '*.x', '~'],
    ],
    ['jq \'{a: "}"}\'', ['jq', '{a: "}"}']],
  ])('%s', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it.each(['', '  ', '""', "'' x"])('"%s" names no program', (line) => {
    expect(words(line)).toBe('names no program');
  });

  it.each(['a "b', "a 'b", 'a b"', "it's", 'a \\', 'a "b\\"'])('%s has no end', (line) => {
    expect(words(line)).toBe('has a quote that is never closed, or a backslash at its end');
  });

  it('gives back what was quoted, whatever it is', () => {
    const quotes = [
      (word: string) => `"${word.replace(/["\\]/g, '\\$&')}"`,
      (word: string) => word.replace(/[\s\S]/gu, '\\$&') || "''",
      (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`,
    ];
    const word = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0'));
    const quoted = fc.tuple(word, fc.constantFrom(...quotes));
    fc.assert(
      fc.property(fc.array(quoted, { maxLength: 5 }), (list) => {
        const line = ['program', ...list.map(([each, quote]) => quote(each))].join(' ');
        expect(words(line)).toEqual(['program', ...list.map(([each]) => each)]);
        // Between braces as well.
        const [reference] = referencesIn(`x\${exec:${line}}y`);
        expect(reference).toMatchObject({ kind: 'exec', name: line, offset: 1 });
      }),
    );
  });
});

describe('references to commands', () => {
  const source = {
    env: (name: string) => `env ${name}`,
    file: (path: string) => `file ${path}`,
    exec: (line: string) => (line === 'none' ? undefined : `exec ${line}`),
  };

  it('stand beside the others', () => {
    const { text, missing } = resolveText('${A} ${file:/b} ${exec:c "d}" e} ${exec:none}', source);
    expect(text).toBe('env A file /b exec c "d}" e ${exec:none}');
    expect(missing).toMatchObject([{ kind: 'exec', name: 'none' }]);
  });

  it.each(['${exec:}', '${exec:a', '${exec:a "b}', "${exec:a 'b}"])('%s is none', (text) => {
    expect(referencesIn(text)).toEqual([]);
    expect(brokenReference(text)).toBe(0);
  });
});
