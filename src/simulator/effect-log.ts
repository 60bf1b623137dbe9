import type { EffectLog, LoggedEffect } from './simulator.ts';

/** Keeps every effect in memory, oldest first. */
export function createEffectLog(): EffectLog {
  const effects: LoggedEffect[] = [];
  return {
    append: (effect) => {
      effects.push(Object.freeze({ ...effect }));
    },
    entries: () => effects,
  };
}
