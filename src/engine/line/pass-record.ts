import { Fault, toFault } from '../../contract/fault.ts';
import type { LineStep } from '../../contract/outcome.ts';
import { andThen, orElse, type Soon } from '../../contract/soon.ts';
import { describeBrokenText } from '../../contract/text/broken-text.ts';
import type { Deviation } from '../../schema/deviation.ts';
import type { Reference } from '../../store/waiting/blocked.ts';
import type { MapBindings, MapResult, Plan, ValidationResult } from '../../workspace/compile/plan.ts';
import { refuseDeep } from './identify-record.ts';

/** What a flow makes of one record before the target comes into it, and how far it got. */
export type PassResult = Trace & (Through | LeftOut);

/** What the record has been on its way; absent: it did not come so far. */
export interface Trace {
  /** What the flow's expressions see: the entity of `source.as`, or the native record. */
  readonly record?: unknown;
  /** What `set` or `map` made of it. */
  readonly mapped?: unknown;
  /** Leaves of `set` or `map` that gave nothing: `map.status`. Absent where it did not come so far, or has no leaves. */
  readonly silent?: readonly string[];
  /** What did not fit at a border of the flow, and was let through, taken out, or left out with the record. */
  readonly drift: readonly Deviation[];
}

export interface Through {
  readonly end: 'through';
  /** The target's native form. */
  readonly payload: unknown;
  /** The payload as JSON. */
  readonly text: string;
  /** The number that `guards.maxChange` watches, a decimal text. */
  readonly measure: string | undefined;
}

/** Why the target is given nothing. */
export type LeftOut =
  | { readonly end: 'filtered'; readonly reason?: string }
  | { readonly end: 'blocked'; readonly missing: readonly Reference[] }
  | { readonly end: 'failed'; readonly stage: LineStep; readonly fault: Fault };

/**
 * A native record through the flow's own part of the line: convert, filter, map, validate. The engine sends every
 * record through here, and so does everything that only wants to know what would become of one.
 *
 * Throws where references cannot be looked up, as then nothing is known of the record.
 * At once, unless something has to be waited for.
 */
export function passRecord(plan: Plan, native: unknown, bindings: MapBindings): Soon<PassResult> {
  const way: Way = { plan, bindings, trace: { drift: none }, stage: 'map' };
  return orElse(
    () => andThen(plan.steps.toRecord(native), (record) => passConverted(way, record)),
    (thrown) => toFailed(way, thrown),
  );
}

/** A record on its way. */
interface Way {
  readonly plan: Plan;
  readonly bindings: MapBindings;
  readonly trace: Writable<Trace>;
  /** What it fails at, if it fails now. */
  stage: LineStep;
}

function passConverted(way: Way, record: unknown): Soon<PassResult> {
  const { trace, plan } = way;
  const { validateRecord, filter } = plan.steps;
  trace.record = record;
  way.stage = 'validate';
  const given = cross(trace, validateRecord, record);
  if ('end' in given) return { ...trace, ...given };
  trace.record = given.value;
  way.stage = 'filter';
  if (filter === undefined) return passFiltered(way);
  return andThen(filter(given.value), (isWanted) =>
    isWanted ? passFiltered(way) : { ...trace, end: 'filtered' as const },
  );
}

function passFiltered(way: Way): Soon<PassResult> {
  way.stage = 'map';
  const { plan, trace, bindings } = way;
  return andThen(mapOrMissing(plan, trace.record, bindings), (mapped) => passMapped(way, mapped));
}

function passMapped(way: Way, mapped: MapResult | MissingReferences): Soon<PassResult> {
  const { trace, plan } = way;
  if ('missing' in mapped) return { ...trace, end: 'blocked', missing: mapped.missing };
  if ('skipped' in mapped) return { ...trace, end: 'filtered', reason: mapped.skipped };
  trace.mapped = mapped.value;
  if (mapped.silent) trace.silent = mapped.silent;
  way.stage = 'validate';
  return andThen(toTarget(plan, trace, mapped.value), (reached) => Object.assign(trace, reached));
}

function toFailed({ trace, stage }: Way, thrown: unknown): PassResult {
  const fault = toFault(thrown);
  if (fault.code === 'TL_STORE_UNAVAILABLE') throw fault;
  return { ...trace, end: 'failed', stage, fault };
}

type Writable<T> = { -readonly [name in keyof T]: T[name] };

const none: readonly Deviation[] = Object.freeze([]);

/** The entity against its schema, then the target's own form of it against the target's. */
function toTarget({ steps }: Plan, trace: Writable<Trace>, mapped: unknown): Soon<Through | LeftOut> {
  refuseDeep(mapped, 'what the mapping gives');
  const entity = cross(trace, steps.validateEntity, mapped);
  if ('end' in entity) return entity;
  trace.mapped = entity.value;
  return andThen(steps.toPayload(entity.value), (native) => {
    if (native !== entity.value) refuseDeep(native, 'the payload');
    const payload = cross(trace, steps.validatePayload, native);
    if ('end' in payload) return payload;
    const text = JSON.stringify(payload.value) ?? 'null';
    const broken = describeBrokenText(payload.value, text);
    if (broken !== undefined) {
      const fault = new Fault('TL_VALIDATE_PAYLOAD', `the payload is no text: ${broken}`);
      return { end: 'failed', stage: 'validate', fault };
    }
    return andThen(steps.measure?.(entity.value), (measure) => toThrough(payload.value, text, measure));
  });
}

function toThrough(payload: unknown, text: string, measure: string | undefined): Through {
  return { end: 'through', payload, text, measure };
}

/** Over a border: as what it goes on, or how it ends there. */
function cross(
  trace: Writable<Trace>,
  validate: ((value: unknown) => ValidationResult) | undefined,
  value: unknown,
): { readonly value: unknown } | LeftOut {
  if (validate === undefined) return { value };
  const validated = validate(value);
  if (validated.unfit.length > 0) trace.drift = [...trace.drift, ...validated.unfit];
  if ('skipped' in validated) return { end: 'filtered', reason: validated.skipped };
  if ('fault' in validated) return { end: 'failed', stage: 'validate', fault: validated.fault };
  return validated;
}

export interface MissingReferences {
  readonly missing: readonly Reference[];
}

/**
 * Maps a record, or says which references that its flow requires are not there. Where any is missing, what the
 * mapping made of it says nothing: it may have failed, or left the record out, for just that reason.
 */
export function mapOrMissing(
  { requires, steps }: Pick<Plan, 'requires' | 'steps'>,
  record: unknown,
  { xref }: MapBindings,
): Soon<MapResult | MissingReferences> {
  if (requires.xref.length === 0) return steps.map(record, { xref });
  const missing = new Map<string, Reference>();
  const noting: MapBindings['xref'] = (entity, key) =>
    andThen(xref(entity, key), (id) => {
      if (id === undefined && requires.xref.includes(entity))
        missing.set(`${entity}\n${key}`, { entity, key });
      return id;
    });
  return andThen(
    orElse(
      () => steps.map(record, { xref: noting }),
      (thrown): MissingReferences => {
        // What was only too slow, or without a database, did not come to ask for all of them.
        if (missing.size === 0 || toFault(thrown).kind === 'transient') throw thrown;
        return { missing: [...missing.values()] };
      },
    ),
    (mapped) => (missing.size === 0 ? mapped : { missing: [...missing.values()] }),
  );
}
