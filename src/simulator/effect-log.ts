import type { Effect, EffectLog } from './simulator.ts';

/** Keeps every effect in memory, oldest first. */
export function createEffectLog(): EffectLog {
  const effects: Effect[] = [];
  return {
    append: (effect) => {
      effects.push(Object.freeze({ ...effect }));
    },
    entries: () => effects,
  };
}
