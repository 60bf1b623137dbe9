import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileDirect } from '../../../src/mapping/direct/compile-direct.ts';
import { createScope, giveUp } from '../../../src/mapping/direct/direct.ts';
import { compileJsonata, syntaxTree } from '../../../src/mapping/expression/jsonata.ts';

/**
 * The official test suite of JSONata with our functions registered: what JSONata could do, it still can. Every case
 * that is evaluated without JSONata's evaluator is run in that way as well. The suite is no part of this repository.
 * Where it is missing, that our functions leave JSONata's own alone is shown by fewer examples (`functions.test.ts`); that
 * both evaluators agree is shown without it, by random expressions. Counterpart: test/unit/mapping/evaluators.test.ts.
 */
const suite = join(import.meta.dirname, '../../../../shared/data/jsonata-test-suite');

interface Case {
  readonly name: string;
  readonly expr: string;
  readonly data?: unknown;
  readonly dataset?: string | null;
  readonly bindings: Record<string, unknown>;
  readonly depth?: number;
  readonly result?: unknown;
  readonly undefinedResult?: boolean;
  readonly code?: string;
  readonly token?: string;
  readonly error?: { readonly code: string };
}

function readCases(group: string): readonly Case[] {
  const folder = join(suite, 'groups', group);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const content = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const cases = Array.isArray(content) ? content : [content];
      return cases.map((each, index) => ({
        ...each,
        name: `${group}/${file}${cases.length > 1 ? `[${index}]` : ''}`,
        expr: each.expr ?? readFileSync(join(folder, each['expr-file']), 'utf8'),
      }));
    });
}

function inputOf(each: Case): unknown {
  if (each.dataset === null) return undefined;
  if (each.dataset === undefined) return each.data;
  return JSON.parse(readFileSync(join(suite, 'datasets', `${each.dataset}.json`), 'utf8'));
}

function codeOf(each: Case): string | undefined {
  return each.code ?? each.error?.code;
}

async function run(each: Case): Promise<unknown> {
  // The suite's lists are longer than those of any record; what is endless is ended by its steps, long before its time.
  const steps = codeOf(each) === 'U1001' ? 500_000 : 5_000_000;
  const limits = { steps, stack: each.depth ?? 10_000, members: 10_000_000 };
  return compileJsonata(each.expr, undefined, { limits }).evaluate(inputOf(each), each.bindings);
}

// JSONata marks its arrays and its objects have no prototype; only the JSON counts.
function toJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

// What the suite's own harness throws when a bound is passed; JSONata's options say it by kind of bound.
const outOfBounds = ['D1011', 'D1012'];

async function check(each: Case): Promise<void> {
  const code = codeOf(each);
  if (code !== undefined) {
    const codes = code === 'U1001' ? outOfBounds : [code];
    const thrown = await run(each).then(
      () => undefined,
      (error: { code?: string; token?: string }) => error,
    );
    expect(codes).toContain(thrown?.code);
    if (each.token !== undefined) expect(thrown?.token).toBe(each.token);
    return;
  }
  const result = toJson(await run(each));
  if (each.undefinedResult === true) expect(result).toBeUndefined();
  else expect(result).toEqual(each.result);
}

if (!existsSync(suite)) {
  process.stdout.write(
    'skipped: the official JSONata test suite is not there (../shared/data/jsonata-test-suite)\n',
  );
  describe.skip('the official JSONata test suite', () => it('is not there', () => {}));
} else {
  describe.each(readdirSync(join(suite, 'groups')))('the official JSONata test suite, group %s', (group) => {
    const cases = readCases(group);
    it.each(cases.map((each) => [each.name, each] as const))('passes %s', (_, each) => check(each), 120_000);

    const direct = cases.filter((each) => directOf(each) !== undefined);
    it.skipIf(direct.length === 0)(`gives the same when evaluated directly (${direct.length} cases)`, () => {
      for (const each of direct) {
        const result = resultOf(each);
        if (result === giveUp) continue;
        expect(each.code ?? each.error, `${each.name}: ${each.expr}`).toBeUndefined();
        expect(toJson(result), `${each.name}: ${each.expr}`).toEqual(each.result);
      }
    });
  });
}

/** `giveUp` where JSONata has to be asked. */
function resultOf(each: Case): unknown {
  const input = inputOf(each);
  try {
    return directOf(each)?.(input, createScope(input, each.bindings));
  } catch (thrown) {
    if (thrown !== giveUp) throw thrown;
    return giveUp;
  }
}

function directOf(each: Case) {
  try {
    return compileDirect(syntaxTree(compileJsonata(each.expr)), undefined);
  } catch {
    return undefined;
  }
}
