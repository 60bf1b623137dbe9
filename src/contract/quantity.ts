import { present } from './present.ts';

/** The one grammar of durations, sizes and shares, wherever a person writes them. */
const msPerUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const bytesPerUnit = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;

const duration = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;
const size = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)$/;

/** `500ms`, `30s`, `10m`, `2h`, `1d` in milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = duration.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * msPerUnit[match[2] as keyof typeof msPerUnit]);
}

/** Milliseconds of a duration that has been checked. */
export function durationMs(text: string): number {
  return present(parseDuration(text), `the duration in "${text}"`);
}

/** `800B`, `64KB`, `20MB`, `1GB` in bytes (1 KB = 1024 bytes); `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const match = size.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * bytesPerUnit[match[2] as keyof typeof bytesPerUnit]);
}

/** Bytes of a size that has been checked. */
export function sizeBytes(text: string): number {
  return present(parseSize(text), `the size in "${text}"`);
}

/** Bytes as a person writes them: 5242880 → `5 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < bytesPerUnit.KB) return `${bytes} B`;
  if (bytes < bytesPerUnit.MB) return `${Math.round(bytes / bytesPerUnit.KB)} KB`;
  return `${Math.round(bytes / bytesPerUnit.MB)} MB`;
}

/** `5%`, `2.5%` without the sign: a decimal text, as shares are compared exactly; `undefined` for anything else. */
export function parsePercentage(text: string): string | undefined {
  return /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
}
