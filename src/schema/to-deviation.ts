import type { Deviation } from './deviation.ts';
import { maskValue } from './mask-value.ts';
import { valueKindOf } from './shape/shape.ts';

/** A deviation with what came there: its kind, and a sample in which nothing of its content is left. */
export function toDeviation(what: Omit<Deviation, 'got' | 'sample'>, value: unknown): Deviation {
  if (value === undefined) return { ...what, got: 'nothing' };
  return { ...what, got: valueKindOf(value) ?? 'null', sample: maskValue(value) };
}
