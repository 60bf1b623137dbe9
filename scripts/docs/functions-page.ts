import {
  exampleTables,
  exampleXrefs,
  type FunctionDoc,
  type MappingExample,
} from '../../src/mapping/library/docs/function-doc.ts';
import { functionDocs } from '../../src/mapping/library/docs/function-docs.ts';
import { topicExamples } from '../../src/mapping/library/docs/topics.ts';
import { inTable, withBlanks } from './write-example.ts';

/** docs/reference/functions.md: the functions from their own description, and what is to know around them. */
export function functionsPage(): string {
  return [
    '# Mapping functions',
    'Every expression in a workspace is [JSONata 2](https://docs.jsonata.org/overview.html) with all of its own functions. Tradelane adds these.',
    'As everywhere in JSONata, **a missing argument gives a missing result**: `$money(discount, "EUR")` without a discount leaves its member out. `null` is not missing: it is refused.',
    overview(),
    '## The functions',
    'A test executes every example of this page. What is refused is a fault of the record, TL_MAP_FAILED where no other code is said; its message ends with the file, line and column of the expression, which are left out here. The examples know these lookup tables and references:',
    known(),
    ...functionDocs.map(section),
    ...topics.map(({ title, text, examples }) =>
      [`## ${title}`, text, ...(examples === undefined ? [] : [exampleTable(examples)])].join('\n\n'),
    ),
  ].join('\n\n');
}

function overview(): string {
  const rows = functionDocs.map(({ name, signature, gives, examples: [first] }) => {
    const example = first === undefined ? '' : `${code(first.expression)} → ${outcome(first)}`;
    return `| [${code(signature)}](#${name.toLowerCase()}) | ${gives} | ${example} |`;
  });
  return ['| function | gives | example → result |', '|---|---|---|', ...rows].join('\n');
}

function known(): string {
  const rows = [
    ...Object.entries(exampleTables).map(([name, table]) => [`table \`${name}\``, table] as const),
    ...Object.entries(exampleXrefs).map(([entity, ids]) => [`references of \`${entity}\``, ids] as const),
  ];
  return rows.map(([name, value]) => `- ${name}: ${code(withBlanks(value))}`).join('\n');
}

function section({ name, signature, gives, parameters, examples }: FunctionDoc): string {
  const means = parameters.map((each) => `- \`${each.name}\`: ${each.means}`).join('\n');
  return [`### $${name}`, `${code(signature)} gives ${gives}.`, means, exampleTable(examples)].join('\n\n');
}

function exampleTable(examples: readonly MappingExample[]): string {
  const hasInput = examples.some(({ input }) => input !== undefined);
  const rows = examples.map((example) => {
    const input = example.input === undefined ? '' : code(withBlanks(example.input));
    return `| ${[code(example.expression), ...(hasInput ? [input] : []), outcome(example)].join(' | ')} |`;
  });
  const head = hasInput
    ? ['| expression | record | result |', '|---|---|---|']
    : ['| expression | result |', '|---|---|'];
  return [...head, ...rows].join('\n');
}

function outcome(example: MappingExample): string {
  if ('gives' in example) return code(withBlanks(example.gives));
  if ('givesNothing' in example) return 'nothing';
  if ('skips' in example) return `filtered out: ${inTable(example.skips)}`;
  return `**refused**${example.code === undefined ? '' : ` as ${code(example.code)}`}: ${inTable(example.fails)}`;
}

function code(text: string): string {
  return `\`${inTable(text)}\``;
}

interface Topic {
  readonly title: string;
  readonly text: string;
  readonly examples?: readonly MappingExample[];
}

const topics: readonly Topic[] = [
  {
    title: 'Decimals',
    text: `Money and quantities in canonical entities are decimal **texts**, so that nobody loses a cent by accident: JSONata refuses to calculate with texts. The functions above calculate exactly, with numbers or with texts, and give texts without an exponent.

A decimal text is a sign, digits, one dot, an exponent if need be. \`"1.234,56"\` is refused, because nobody can know which of the two is meant; [\`$decimal\`](#decimal) shows how to say it.

Decimals of a currency are those of ISO 4217: none for JPY, three for KWD, two for most. Tax on the total and the sum of the taxes of the lines may differ by cents: say the one that the target expects.`,
    examples: topicExamples.money,
  },
  {
    title: 'Comparing',
    text: 'A comparison of amounts needs numbers. Texts are compared letter by letter.',
    examples: topicExamples.comparing,
  },
  {
    title: 'Lookup tables',
    text: 'A table is a file in `config/tables`. A key without a row is an error of the record, unless the expression or the table says what then: a third argument; `?:`, `??` or a condition behind it (`$lookup(…) ?: "XX"`, `$exists($lookup(…)) ? … : $fail(…)`); `missing` in the table. A table that does not exist is an error. With an object or an array as first argument, `$lookup` is JSONata’s own.',
  },
  {
    title: 'References',
    text: '`$xref` asks what flows between the same two connections have delivered. Where it finds nothing it gives nothing, unless the flow says `requires`: then the record [waits](../flows.md#waiting-for-references) until there is something. It is there in `set` and `map` only.',
  },
  {
    title: 'Skipping and failing',
    text: '`$skip` and `$fail` end the mapping of the record at once. A skipped record is counted as filtered. `$fail` takes a code of your own (those that begin with `TL_` are the engine’s); such records can be found and replayed by it.',
  },
  {
    title: 'Leaving members out',
    text: 'A member whose expression gives nothing is left out. Many systems answer `null` or `""` where there is nothing; neither is a valid e-mail address or currency.',
    examples: topicExamples.leavingOut,
  },
  {
    title: 'Bounds',
    text: 'One evaluation may take 5,000,000 steps (of a long list, 16 members count as one more), go 10,000 levels deep, and make lists of 1,000,000 members and texts of 10,000,000 characters: some thousand times what a large order needs. What other records of the batch, other programs or `$xref` take does not count. Regular expressions are matched in a time that grows with the text only; those with `(?=`, `(?!`, `(?<=`, `(?<!`, a backward reference or the flag `m`, which cannot be, have a quarter of a second. What goes beyond is a fault of the record, not of the process: `TL_MAP_FAILED`, or where only time says so [`TL_MAP_SLOW`](../faults.md#tl_map_slow), which is tried again.',
  },
  {
    title: 'What is fast',
    text: 'Nearly everything is compiled: paths with predicates, places (`#$i`) and sorting, objects, arrays, `?:`, operators, variables, functions that are written out, `$map`, `$filter`, `$reduce`, `$each`, `$sift`, `~>`, the functions above, and those of JSONata that calculate or convert. An expression is left to JSONata’s evaluator, which takes about thirty times as long, where any part of it is a regular expression, grouping (`a{b: c}`), `*`, `**`, `%`, `@`, `|…|`, a range (`[1..n]`), a function that calls itself or is applied in part (`?`), an object with a name that is calculated, or a call of `$match`, `$sort`, `$single`, `$eval`, `$now`, `$millis` or `$random`; and for a record for which it fails, or looks at hundreds of thousands of items. `$skip` and `$fail` cost that much only where they are come to.',
  },
];
