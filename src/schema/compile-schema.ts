import type { ErrorObject } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Fault } from '../contract/fault.ts';
import type { JsonObject } from '../contract/json.ts';
import { present } from '../contract/present.ts';
import { isCharset } from '../contract/text/charset.ts';
import { toPath } from '../contract/to-path.ts';
import { isOutOfTime } from '../regexp/bounded-exec.ts';
import { compilePattern } from '../regexp/pattern.ts';
import { collapseErrors, errorsOf } from './collapse-errors.ts';
import { describeError, describeExpectation } from './describe-error.ts';
import { createExactValidation, type ExactValidation } from './exact-numbers/create-exact-validation.ts';
import { toExactSchema } from './exact-numbers/exact-keywords.ts';
import { withPlainLimits } from './exact-numbers/limits.ts';
import { hasExactText, setNumbers } from './exact-numbers/set-numbers.ts';
import { addUniqueItems } from './unique-items.ts';

/** What is wrong at one place of a value. Frozen. */
export interface Problem {
  /** `lines[2].quantity`; empty for the value itself. A missing or unknown member is named, not the object around it. */
  readonly path: string;
  /** The same as names and indexes. */
  readonly segments: readonly (string | number)[];
  /** What was expected and what came; of the value at most a short form, and none of personal data and secrets. */
  readonly message: string;
  /** The same without anything of the value. */
  readonly expected: string;
  /** Keyword of the schema that was not met. */
  readonly keyword: string;
  /** Where the keyword stands in the schema, as ajv says it. */
  readonly schemaPath: string;
}

/** Every problem of a value; the same empty array for each value that is right. */
export type Check = (value: unknown) => readonly Problem[];

export interface SchemaOptions {
  /** What the schema describes, for messages about the schema itself. */
  readonly name?: string;
  /** Schemas that a `$ref` may name by their `$id`. */
  readonly refs?: readonly JsonObject[];
  /** It comes with the package, and is a JSON Schema, as a test has shown: looking again takes longer than compiling it. */
  readonly isOurs?: boolean;
}

/**
 * Compiles a JSON Schema 2020-12 with the standard formats; keywords that nobody knows are refused, but for `x-…`.
 * Throws a Fault TL_WORKSPACE_INVALID for a schema that is not right.
 */
export function compileSchema(schema: JsonObject, options: SchemaOptions = {}): Check {
  return compileRecordCheck(schema, options).plain;
}

/** What a schema says of records. */
export interface RecordCheck {
  /** As any validator would have it. */
  readonly plain: Check;
  /** The same, but where a number is asked for, the text of one that a double cannot hold is right. */
  judge(value: unknown): Judgement;
}

export interface Judgement {
  readonly problems: readonly Problem[];
  /** The value with those texts as numbers that are written with exactly their digits; the value itself without any. */
  toNumbers(): unknown;
}

/** As {@link compileSchema}, for records: their numbers keep their digits, as texts, wherever they come from. */
export function compileRecordCheck(schema: JsonObject, options: SchemaOptions = {}): RecordCheck {
  const key = JSON.stringify([schema, options.refs ?? [], options.name ?? '']);
  const known = checks.get(key);
  if (known !== undefined) return known;
  const check = createRecordCheck(schema, options);
  if (checks.size >= maxCached)
    checks.delete(present(checks.keys().next().value, 'the check that was compiled first'));
  checks.set(key, check);
  return check;
}

/** By these a value may fit in one form and not in another. */
const alternatives = /"(?:anyOf|oneOf|not|if|contains|dependentSchemas|unevaluated(?:Items|Properties))":/;

const none: readonly Problem[] = Object.freeze([]);

// Plans are compiled again for each run from documents read anew, so what is remembered goes by content.
const checks = new Map<string, RecordCheck>();
const maxCached = 512;

function createRecordCheck(schema: JsonObject, options: SchemaOptions): RecordCheck {
  const { name, refs = [] } = options;
  const validate = compile(
    withPlainLimits(schema),
    { ...options, refs: refs.map(withPlainLimits) },
    createAjv,
  );
  const plain: Check = (value) => (validate(value) ? none : toProblems(errorsOf(validate), value, schema));
  let exact: ExactValidation | undefined;
  // Compiled for the first record that needs it, which is none for nearly every schema.
  const openExact = (): ExactValidation => {
    const hasForms = alternatives.test(JSON.stringify([schema, refs]));
    exact ??= createExactValidation({ hasForms }, (create) => {
      const references = { ...(name !== undefined && { name }), refs: refs.map(toExactSchema) };
      return compile(toExactSchema(schema), references, (...given) => create(createAjv(...given)));
    });
    return exact;
  };
  return {
    plain,
    judge(value) {
      const asItIs = () => value;
      if (validate(value)) return { problems: none, toNumbers: asItIs };
      if (!hasExactText(value)) {
        return { problems: toProblems(errorsOf(validate), value, schema), toNumbers: asItIs };
      }
      const errors = openExact().validate(value);
      return {
        problems: errors.length === 0 ? none : toProblems(errors, value, schema),
        toNumbers() {
          const places = openExact().findNumbers(value);
          return setNumbers(
            value,
            places.map((pointer) => toSegments(pointer, value)),
          );
        },
      };
    },
  };
}

function toProblems(errors: readonly ErrorObject[], value: unknown, schema: JsonObject): readonly Problem[] {
  const problems = collapseErrors(errors).map((error): Problem => {
    const segments = toSegmentsOf(error, value);
    const expected = describeExpectation(error);
    return Object.freeze({
      path: toPath(segments),
      segments,
      message: describeError(error, schema, expected),
      expected,
      keyword: error.keyword,
      schemaPath: error.schemaPath,
    });
  });
  return Object.freeze(problems);
}

function toSegmentsOf(error: ErrorObject, value: unknown): readonly (string | number)[] {
  const segments = toSegments(error.instancePath, value);
  const member = memberOf(error);
  return Object.freeze(member === undefined ? segments : [...segments, member]);
}

/** JSON pointer → names and indexes; a number is an index only where the value has an array. */
function toSegments(pointer: string, value: unknown): readonly (string | number)[] {
  const segments: (string | number)[] = [];
  let here = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    segments.push(Array.isArray(here) ? Number(name) : name);
    here = (here as Record<string, unknown> | undefined)?.[name];
  }
  return segments;
}

function memberOf(error: ErrorObject): string | undefined {
  const { missingProperty, additionalProperty, unevaluatedProperty } = error.params as Record<
    string,
    string | undefined
  >;
  return missingProperty ?? additionalProperty ?? unevaluatedProperty;
}

function compile(
  schema: JsonObject,
  { name, refs = [], isOurs = false }: SchemaOptions,
  create: typeof createAjv,
): ValidateFunction {
  const what = name === undefined ? 'schema' : `schema of ${name}`;
  try {
    if (!isOurs) for (const each of [schema, ...refs]) checkAgainstMetaSchema(each);
    const ajv = create([schema, ...refs], { validateSchema: false });
    for (const each of refs) if (each !== schema && each['$id'] !== schema['$id']) ajv.addSchema(each);
    return ajv.compile(schema);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Fault('TL_WORKSPACE_INVALID', `${what}: ${message}`, { cause: thrown });
  }
}

let metaSchema: Ajv2020 | undefined;

/** What of a schema is no JSON Schema 2020-12, by its place in the schema. Keywords that nobody knows are no part of that. */
export function schemaProblems(given: JsonObject): readonly Problem[] {
  const schema = withPlainLimits(given);
  // Compiled once for all; each schema then has an ajv of its own, so that `$id`s cannot clash.
  metaSchema ??= createAjv([], {});
  return metaSchema.validateSchema(schema) === true
    ? none
    : toProblems(errorsOf(metaSchema), schema, metaSchemaOf2020);
}

/** Nothing in a schema is personal or secret. */
const metaSchemaOf2020: JsonObject = {};

function checkAgainstMetaSchema(schema: JsonObject): void {
  const [problem] = schemaProblems(schema);
  if (problem !== undefined) throw new Error(`\`${problem.path}\` ${problem.message}`);
}

// Strict about keywords and formats that nobody knows; a `properties` without `type: object` is good JSON Schema.
function createAjv(schemas: readonly JsonObject[], options: { validateSchema?: false }): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    // `anyOf: [{ required: [a] }, { required: [b] }]` is how schemas say "one of them": the properties stand beside it.
    strictRequired: false,
    strictTypes: false,
    verbose: true,
    code: { regExp: matchInBounds },
    ...options,
  });
  formats.default(ajv);
  ajv.addFormat('charset', isCharset);
  addUniqueItems(ajv);
  for (const keyword of new Set([...annotations, ...schemas.flatMap((each) => [...extensionsOf(each)])])) {
    ajv.addKeyword(keyword);
  }
  return ajv;
}

/** `pattern` of a schema, on whatever text comes. What ends by its bound only is reported as slow, and tried again. */
const matchInBounds = Object.assign(
  (source: string, flags: string) => {
    const pattern = compilePattern(source, flags);
    return {
      toString: () => `/${source}/${flags}`,
      test(text: string): boolean {
        try {
          return pattern.test(text);
        } catch (thrown) {
          if (!isOutOfTime(thrown)) throw thrown;
          throw new Fault('TL_MAP_SLOW', `the pattern ${source} of a schema came to no end on a text`);
        }
      },
    };
  },
  // ajv writes this into code that is compiled elsewhere, which is not done here.
  { code: 'compilePattern' },
);

// Say something to readers of a schema or to its generators, nothing about values.
const annotations = ['example', 'externalDocs', 'tsType', 'x-personal'];

function* extensionsOf(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    if (/^x-[a-zA-Z][\w-]*$/.test(name)) yield name;
    yield* extensionsOf(child);
  }
}
