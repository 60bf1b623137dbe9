import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { createMasks } from '../../schema/masks.ts';
import { into, type PrivateTexts, redact, toPrivacy, topPlace, whyPrivate } from '../../schema/redact.ts';
import type { WalkedSchema } from '../../schema/walk-schema.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Trace } from '../line/pass-record.ts';
import type { Difference } from './differences.ts';
import type { ForecastDifference } from './forecast-record.ts';

/** What is private of a record, by the canonical forms that it has had on its way. */
export function privateTextsOf(
  { source, target }: Plan,
  { record, mapped }: Pick<Trace, 'record' | 'mapped'>,
  entity: (name: string) => WalkedSchema | undefined,
): PrivateTexts {
  const describe = (name: string | undefined, value: unknown) => {
    const schema = name === undefined || value === undefined ? undefined : entity(name);
    return schema ? [{ ...schema, value }] : [];
  };
  return toPrivacy([...describe(source.entity, record), ...describe(target.entity, mapped)]);
}

/** Masks what is private of the differences of one record, on both sides. `schema`: of the target's native records. */
export function coverDifferences(
  differences: readonly Difference[],
  privacy: PrivateTexts,
  schema: JsonObject | undefined,
): readonly ForecastDifference[] {
  if (differences.length === 0) return [];
  const top = topPlace(schema && { schema });
  const masks = createMasks();
  return differences.map(({ path, segments, before, after }) => {
    const at = segments.reduce(into, top);
    const isPrivate = [before, after].some(
      (value) => !isPart(value) && whyPrivate(value, at, privacy) !== undefined,
    );
    const cover = (value: unknown) =>
      isPrivate && !isPart(value) ? masks.of(value) : redact(value, privacy, { at, masks }).value;
    return { path, before: cover(before), after: cover(after) };
  });
}

/** Masks what is private of a payload. `schema`: of the target's native records. */
export function coverPayload(
  payload: unknown,
  privacy: PrivateTexts,
  schema: JsonObject | undefined,
): unknown {
  const at = topPlace(schema && { schema });
  return redact(payload, privacy, { at, masks: createMasks() }).value;
}

/** An object or a list, whose members are judged one by one. */
function isPart(value: unknown): boolean {
  return Array.isArray(value) || isJsonObject(value);
}
