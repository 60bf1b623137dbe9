import { manifestDefaults } from '../contract/generated/defaults.ts';
import { isJsonObject } from '../contract/json.ts';
import { durationMs, parseDuration } from '../contract/quantity.ts';
import { compileText, type TemplateScope, type Text } from './compile-text.ts';
import { type Declaration, members, pathText } from './declaration.ts';
import { type Operation, operations } from './http/operation.ts';
import { wrongSetting } from './wrong-setting.ts';

/** How long a request may take, by what it is for, in milliseconds. */
export type Timeouts = Readonly<Record<Operation, number>>;

/** A create that is given up too early is in doubt for minutes: its answer is waited for longer. */
const defaultTimeouts = Object.fromEntries(
  operations.map((each) => [each, durationMs(manifestDefaults.timeout[each])]),
) as Timeouts;

/**
 * `timeout` of a manifest: one duration, or one for each kind of operation. What a manifest says of itself is a figure
 * for everyone who uses the system; creates get twice that, and 2 minutes at least. What comes from a connection's own
 * configuration (`{{config.timeout}}`) is meant as it is.
 */
export function compileTimeouts(
  declared: Declaration | undefined,
): (scope: TemplateScope) => Promise<Timeouts> {
  if (declared === undefined) return async () => defaultTimeouts;
  const each = isJsonObject(declared.value) ? members(declared) : undefined;
  if (each) {
    const texts = each.map(([kind, member]) => [kind, compileText(member)] as const);
    for (const [, text] of texts) requireTime(text);
    return async (scope) => ofKinds(declared, await evaluateAll(texts, scope));
  }
  const text = compileText(declared);
  const isOwn = !text.source.includes('{{');
  requireTime(text);
  return async (scope) => {
    const value = await text.evaluate(scope);
    if (value === undefined || value === null) return defaultTimeouts;
    if (isJsonObject(value)) return ofKinds(declared, value);
    const ms = toMs(declared, value);
    return everywhere(ms, isOwn ? Math.max(2 * ms, defaultTimeouts.create) : ms);
  };
}

/** A duration of nothing is reported without a connection; what a template gives is reported once there is one. */
function requireTime({ source, declared }: Text): void {
  if (!source.includes('{{')) toMs(declared, source);
}

async function evaluateAll(
  texts: readonly (readonly [string, Text])[],
  scope: TemplateScope,
): Promise<Readonly<Record<string, unknown>>> {
  return Object.fromEntries(
    await Promise.all(texts.map(async ([kind, text]) => [kind, await text.evaluate(scope)] as const)),
  );
}

function ofKinds(declared: Declaration, kinds: Readonly<Record<string, unknown>>): Timeouts {
  const stated = Object.entries(kinds).map(([kind, value]) => [kind, toMs(declared, value)] as const);
  return { ...defaultTimeouts, ...Object.fromEntries(stated) };
}

function everywhere(ms: number, create: number): Timeouts {
  return { read: ms, find: ms, create, update: ms, upsert: ms, delete: ms };
}

function toMs(declared: Declaration, value: unknown): number {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms !== undefined && ms > 0) return ms;
  const got = `"${String(value).slice(0, 40)}"`;
  throw wrongSetting(declared, `${pathText(declared)}: must be a duration such as 30s, got ${got}`);
}
