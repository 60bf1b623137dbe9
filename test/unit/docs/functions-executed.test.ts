import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/mapping/expression/expression.ts';
import { ownFunctionNames } from '../../../src/mapping/expression/functions.ts';
import { skippedReason } from '../../../src/mapping/expression/raised.ts';
import {
  exampleTables,
  exampleXrefs,
  type MappingExample,
} from '../../../src/mapping/library/docs/function-doc.ts';
import { functionDocs } from '../../../src/mapping/library/docs/function-docs.ts';
import { topicExamples } from '../../../src/mapping/library/docs/topics.ts';

const tables = Object.fromEntries(
  Object.entries(exampleTables).map(([name, rows]) => [name, new Map<string, unknown>(Object.entries(rows))]),
);
const xrefs: Readonly<Record<string, Readonly<Record<string, string>>>> = exampleXrefs;
const bindings = { xref: async (entity: string, id: string) => xrefs[entity]?.[id] };

const ofFunctions = functionDocs.flatMap(({ name, examples }) =>
  examples.map((each) => [name, each] as const),
);
const ofTopics = Object.entries(topicExamples).flatMap(([name, examples]) =>
  examples.map((each: MappingExample) => [name, each] as const),
);

describe('docs/reference/functions.md', () => {
  it('has every function, and nothing else', () => {
    expect(functionDocs.map(({ name }) => name).sort()).toEqual([...ownFunctionNames, 'lookup'].sort());
  });

  it.each(functionDocs)('says all of $signature', ({ name, signature, gives, parameters, examples }) => {
    expect(signature).toBe(`$${name}(${namesIn(signature).join(', ')})`);
    expect(parameters.map((each) => each.name)).toEqual(
      namesIn(signature).map((each) => each.replace('?', '')),
    );
    expect([gives, ...parameters.map(({ means }) => means)].every((text) => text.length > 5)).toBe(true);
    expect(examples.every(({ expression }) => expression.includes(`$${name}(`))).toBe(true);
    expect(
      examples.some((example) => 'fails' in example),
      'an example of what is refused',
    ).toBe(true);
  });

  it.each([...ofFunctions, ...ofTopics].map(([of, example]) => [of, example.expression, example] as const))(
    'tells what becomes of an example: %s, %s',
    async (_of, _expression, example) => {
      const { expression: _text, input: _input, ...said } = example;
      expect(await outcomeOf(example)).toEqual(said);
    },
  );
});

function namesIn(signature: string): readonly string[] {
  return /\((.*)\)$/.exec(signature)?.[1]?.split(', ') ?? [];
}

/** In the words of the example: what the expression gives, or how it fails. */
async function outcomeOf(example: MappingExample): Promise<object> {
  try {
    const { evaluate } = compileExpression(example.expression, { functions: { tables } });
    const value = await evaluate(example.input ?? {}, bindings);
    return value === undefined ? { givesNothing: true } : { gives: value };
  } catch (thrown) {
    const skips = skippedReason(thrown);
    if (skips !== undefined) return { skips };
    const { code, message } = thrown as { code?: string; message: string };
    return {
      fails: message.replace(/ \(line 1, column \d+\)/, ''),
      ...(code === 'TL_MAP_FAILED' ? {} : { code }),
    };
  }
}
