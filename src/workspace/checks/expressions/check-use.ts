import { present } from '../../../contract/present.ts';
import type { Arithmetic, Comparison, NameRead } from '../../../mapping/survey/notes.ts';
import type { Survey } from '../../../mapping/survey/survey.ts';
import type { InputPlace, Value } from '../../../mapping/survey/value.ts';
import { createFinding, type FilePlace, type Finding } from '../../finding.ts';
import { hintFor } from '../../text/suggest.ts';
import { type SchemaNode, textsAt, typesOf } from '../schema-node.ts';
import { type AmountKind, amountAt, isDecimal } from './amounts.ts';
import { atPlace, namesAt } from './schema-places.ts';

/** What an expression is evaluated over. */
export interface Input {
  /** For messages: `the entity "order"`. */
  readonly name: string;
  readonly schema: SchemaNode | undefined;
}

export type PlaceAt = (offset: number) => FilePlace;

/** Does an expression use its input as what it is? Only what is sure is reported. */
export function checkUse(survey: Survey, input: Input, placeAt: PlaceAt): readonly Finding[] {
  const findings = checkFloats(survey.arithmetic, input, placeAt);
  if (input.schema === undefined) return findings;
  const schema = input.schema;
  return [
    ...checkReads(survey.reads, { ...input, schema }, placeAt),
    ...findings,
    ...survey.comparisons.flatMap((comparison) => checkComparison(comparison, schema, placeAt)),
  ];
}

/** Names that no place they are read from has. */
function checkReads(
  reads: readonly NameRead[],
  { name: of, schema }: Input & { readonly schema: SchemaNode },
  placeAt: PlaceAt,
): readonly Finding[] {
  const byOffset = Map.groupBy(reads, ({ offset }) => offset);
  return [...byOffset.values()].flatMap((same): readonly Finding[] => {
    const [first] = same;
    const parents = same.flatMap((read) => read.parents ?? []);
    const isSure = first !== undefined && same.every((read) => (read.parents ?? []).length > 0);
    if (!isSure || !parents.every((parent) => isLacking(schema, parent, first.name))) return [];
    const parent = present(parents[0], 'a place that is read from');
    const where = parent.length === 0 ? of : `\`${parent.join('.')}\` of ${of}`;
    const message = `${where} has no field "${first.name}"`;
    const names = namesAt(schema, parent);
    const hint = names.length === 0 ? 'what stands there has no fields' : hintFor(first.name, names);
    return [createFinding('TLW_FIELD_UNKNOWN', placeAt(first.offset), message, hint)];
  });
}

// Where the parent is not there itself, that has been reported.
function isLacking(schema: SchemaNode, parent: InputPlace, name: string): boolean {
  return atPlace(schema, parent).is === 'known' && atPlace(schema, [...parent, name]).is === 'absent';
}

function checkFloats(
  arithmetic: readonly Arithmetic[],
  { schema }: Input,
  placeAt: PlaceAt,
): readonly Finding[] {
  const amountIn = (value: Value) => value.numbers.find((place) => amountAt(schema, place) !== undefined);
  const byOffset = Map.groupBy(arithmetic, ({ offset }) => offset);
  return [...byOffset.values()].flatMap((same): readonly Finding[] => {
    // What goes on with an amount that floating point has been through already is told there.
    const first = same.find(({ operands }) => operands.some(amountIn));
    if (first === undefined || first.operands.some((each) => each.isFloat && amountIn(each))) return [];
    const operand = first.operands.find(amountIn);
    const place = operand && amountIn(operand);
    if (operand === undefined || place === undefined) return [];
    const isText = operand.places !== undefined && amountAt(schema, place) === 'decimal';
    const message = floatMessage(first.operator, place, isText ? 'decimal' : 'number');
    return [
      createFinding('TLW_MONEY_FLOAT', placeAt(first.offset), message, exactWay[first.operator] ?? exactHint),
    ];
  });
}

function floatMessage(operator: string, place: InputPlace, kind: AmountKind): string {
  const name = place.join('.');
  const what = /^\w/.test(operator) ? `$${operator}` : operator;
  return kind === 'decimal'
    ? `\`${what}\` cannot calculate with \`${name}\`: it is a decimal text, exact, and no number`
    : `\`${what}\` calculates with \`${name}\` in binary floating point, where 0.1 + 0.2 is not 0.3`;
}

const exactHint = '$plus, $minus, $times, $dividedBy and $total calculate exactly, $rounded rounds';

const exactWay: Readonly<Record<string, string>> = {
  '+': '$plus(a, b) is exact; $total adds up a list',
  '-': '$minus(a, b) is exact',
  '*': '$times(a, b) is exact; $rounded(…, 2) rounds the result',
  '/': '$dividedBy(a, b) keeps 20 digits; $rounded(…, 2) rounds the result',
  sum: '$total(…) adds up exactly',
  average: '$dividedBy($total(…), $count(…)) is exact',
  round: '$rounded(…, 2, "half-even") is exact',
  power: '$times(a, a) is exact',
  formatNumber:
    '$rounded(…, 2) gives an exact text with two decimals, $money(…, currency) as many as the currency has',
};

/** Comparisons that come out the same for every record, or fail for every record. */
function checkComparison(
  { operator, places, constants, offset }: Comparison,
  schema: SchemaNode,
  placeAt: PlaceAt,
): readonly Finding[] {
  const [place] = places;
  if (place === undefined || places.length > 1) return [];
  const found = atPlace(schema, place);
  if (found.is !== 'known') return [];
  const name = place.join('.');
  const finding = (at: number, message: string, hint?: string) =>
    createFinding('TLW_COMPARISON_WRONG', placeAt(at), message, hint);
  const isText = found.nodes.every((node) => typesOf(node).join() === 'string');
  const isOrder = /^[<>]=?$/.test(operator);
  if (isOrder && found.nodes.some(isDecimal)) {
    const message = constants.some(({ value }) => typeof value === 'string')
      ? `\`${operator}\` compares \`${name}\` letter by letter, where "9" is more than "10"`
      : `\`${operator}\` cannot compare \`${name}\` with a number: it is a decimal text, and every record fails`;
    return [finding(offset, message, `$number(${name}) ${operator} …`)];
  }
  return constants.flatMap(({ value, offset: at }): readonly Finding[] => {
    if (isText && typeof value === 'number') {
      const hint = found.nodes.some(isDecimal) ? `$number(${name}) ${operator} ${value}` : `write "${value}"`;
      return [finding(at, `\`${name}\` is text, and never equal to the number ${value}`, hint)];
    }
    const choices = found.nodes.flatMap((node) => textsAt(node, 'enum'));
    const isChoice = isText && !isOrder && found.nodes.every((node) => Array.isArray(node.schema.enum));
    if (!isChoice || choices.includes(String(value))) return [];
    return [finding(at, `\`${name}\` is never "${value}"`, hintFor(String(value), choices))];
  });
}
