import { Fault } from '../contract/fault.ts';
import { manifestDefaults } from '../contract/generated/defaults.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { compileExpression, type Expression, type Place } from '../mapping/expression/expression.ts';
import type { MappingFunctions } from '../mapping/expression/functions.ts';
import { isZone } from '../mapping/moments/zone.ts';
import { compileTree, type MappingTree, type PlaceOf } from '../mapping/tree.ts';

/** A value of a manifest together with where it stands, so that whatever is wrong with it can be pointed at. */
export interface Declaration<Value = unknown> {
  readonly value: unknown;
  /** Never there: what it is by the schema of manifests, so that a name that the schema does not have is no `member`. */
  readonly says?: Value;
  readonly path: readonly (string | number)[];
  readonly placeOf: PlaceOf;
  /** Whose clock shows a time that names no zone (IANA); UTC if absent. */
  readonly timezone?: string | undefined;
}

export function declaredTimezone({ timezone = manifestDefaults.timezone }: Declaration): string {
  return timezone;
}

/** `timezone`, a name of the IANA database; nothing where it is not declared. */
export function zoneOf(declared: Declaration | undefined): string | undefined {
  if (declared === undefined) return undefined;
  const zone = textOf(declared);
  if (isZone(zone)) return zone;
  throw invalid(declared, `must be a time zone such as Europe/Berlin or UTC, got "${zone.slice(0, 60)}"`);
}

type Names<Value> = unknown extends Value
  ? string
  : Value extends readonly unknown[]
    ? never
    : Value extends object
      ? keyof Value & string
      : never;

type Member<Value, Name> = unknown extends Value
  ? unknown
  : Value extends object
    ? Name extends keyof Value
      ? Exclude<Value[Name], undefined>
      : never
    : never;

export function member<Value, Name extends Names<Value>>(
  declared: Declaration<Value> | undefined,
  name: Name,
): Declaration<Member<Value, Name>> | undefined {
  if (declared === undefined || !isJsonObject(declared.value)) return undefined;
  if (!Object.hasOwn(declared.value, name) || declared.value[name] === undefined) return undefined;
  const { timezone, placeOf: place } = declared;
  return { value: declared.value[name], path: [...declared.path, name], placeOf: place, timezone };
}

export function required<Value, Name extends Names<Value>>(
  declared: Declaration<Value>,
  name: Name,
): Declaration<Member<Value, Name>> {
  const found = member(declared, name);
  if (found === undefined) throw invalid(declared, `must have \`${name}\``);
  return found;
}

/** Every member of an object, in order; none where there is no object. */
export function members<Value>(
  declared: Declaration<Value> | undefined,
): readonly (readonly [string, Declaration<Member<Value, keyof Value>>])[] {
  if (declared === undefined) return [];
  if (!isJsonObject(declared.value)) throw invalid(declared, 'must be an object');
  return Object.keys(declared.value).flatMap((name) => {
    const found = member<unknown, string>(declared, name) as
      | Declaration<Member<Value, keyof Value>>
      | undefined;
    return found === undefined ? [] : [[name, found] as const];
  });
}

/** Every element of a list; none where there is no list. */
export function elements(declared: Declaration | undefined): readonly Declaration[] {
  if (declared === undefined) return [];
  if (!Array.isArray(declared.value)) throw invalid(declared, 'must be a list');
  return declared.value.map((value: unknown, index) => ({
    ...declared,
    value,
    path: [...declared.path, index],
  }));
}

export function textOf(declared: Declaration): string {
  if (typeof declared.value === 'string') return declared.value;
  throw invalid(declared, 'must be a text');
}

export function numberOf(declared: Declaration): number {
  if (typeof declared.value === 'number') return declared.value;
  throw invalid(declared, 'must be a number');
}

/** A text that must be one of `choices`. */
export function choiceOf<Choice extends string>(declared: Declaration, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === declared.value);
  if (found === undefined) throw invalid(declared, `must be one of ${choices.join(', ')}`);
  return found;
}

export function objectOf(declared: Declaration): JsonObject {
  if (isJsonObject(declared.value)) return declared.value;
  throw invalid(declared, 'must be an object');
}

export function toExpression(declared: Declaration): Expression {
  const text = textOf(declared);
  const place = placeOf(declared);
  return located(declared, () =>
    compileExpression(text, { functions: functionsOf(declared), ...(place && { place }) }),
  );
}

export function toOptionalExpression(declared: Declaration | undefined): Expression | undefined {
  return declared === undefined ? undefined : toExpression(declared);
}

export function toTree(declared: Declaration): MappingTree {
  const inside: PlaceOf = (path) => declared.placeOf([...declared.path, ...path]);
  return located(declared, () =>
    compileTree(declared.value, { placeOf: inside, functions: functionsOf(declared) }),
  );
}

/** A manifest has no tables. */
export function functionsOf(declared: Declaration): MappingFunctions {
  return { tables: {}, timezone: declaredTimezone(declared) };
}

export function placeOf(declared: Declaration): Place | undefined {
  return declared.placeOf(declared.path);
}

/** `connectors/acme/connector.yaml:12:7`; `undefined` where the place in a file is not known. */
export function atOf(declared: Declaration): string | undefined {
  const place = placeOf(declared);
  return place && `${place.file}:${place.line}:${place.column}`;
}

/** `resources.orders.read.path` */
export function pathText(declared: Declaration): string {
  return declared.path.join('.');
}

export function invalid(declared: Declaration, problem: string): Fault {
  const at = atOf(declared);
  return new Fault(
    'TL_WORKSPACE_INVALID',
    `${pathText(declared)} ${problem}`,
    at === undefined ? {} : { at },
  );
}

/** Runs a compiler; where no place in a file is known, its fault is told by the path. */
export function located<Result>(declared: Declaration, compile: () => Result): Result {
  try {
    return compile();
  } catch (thrown) {
    if (!(thrown instanceof Fault) || placeOf(declared) !== undefined) throw thrown;
    throw new Fault(thrown.code, `${pathText(declared)}: ${thrown.message}`, { cause: thrown });
  }
}
