export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<const List extends readonly [unknown, ...unknown[]]>(list: List): List[number];
  /** True with probability `p`, 0..1. Draws once, whatever `p` is. */
  chance(p: number): boolean;
}

/**
 * Seeded random numbers: the same seed gives the same sequence on every machine. The generator is mulberry32
 * (32 bits of state, period 2^32): good enough to make up a business, never to be used for secrets.
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
    chance: (p) => next() < p,
  };
}

/** A seed of its own for one thing of many, so that record 4711 is the same whether or not 1 to 4710 were asked for. */
export function deriveSeed(seed: number, kind: string, index: number): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (const char of `${kind}:${index}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}
