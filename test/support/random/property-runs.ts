/**
 * How often a property is tried, and from which seed: the same every time, unless SEED and RUNS say otherwise. What
 * fails is printed with its seed and path.
 */
export function propertyRuns(usual: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: Number(process.env['RUNS'] ?? usual), seed: Number(process.env['SEED'] ?? 4711) };
}
