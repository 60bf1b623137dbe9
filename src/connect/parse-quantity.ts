const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const sizes: Readonly<Record<string, number>> = { B: 1, KB: 1_000, MB: 1_000_000, GB: 1_000_000_000 };

/** `500ms`, `30s`, `10m`, `2h` → milliseconds; `undefined` where the text is none of these. */
export function parseDurationMs(text: string): number | undefined {
  return parseQuantity(text, /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/, units);
}

/** `800B`, `64KB`, `20MB`, `1GB` (powers of ten) → bytes; `undefined` where the text is none of these. */
export function parseBytes(text: string): number | undefined {
  return parseQuantity(text, /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)$/, sizes);
}

function parseQuantity(
  text: string,
  pattern: RegExp,
  factors: Readonly<Record<string, number>>,
): number | undefined {
  const match = pattern.exec(text.trim());
  const factor = factors[match?.[2] ?? ''];
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}
