import { Fault } from '../../src/contract/fault.ts';

const millisecondsPer = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const bytesPer = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;

/** `500ms`, `2s`, `10m`, `2h` → milliseconds. */
export function parseDuration(text: string, where: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new Fault(
      'TL_CONNECTION_CONFIG',
      `${where} must be a duration such as 500ms, 2s or 10m, got "${text}"`,
    );
  }
  return Number(digits) * millisecondsPer[unit as keyof typeof millisecondsPer];
}

/** `64KB`, `5MB`, `1GB` → bytes; the units are powers of 1024. */
export function parseSize(text: string, where: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new Fault('TL_CONNECTION_CONFIG', `${where} must be a size such as 64KB or 5MB, got "${text}"`);
  }
  return Math.floor(Number(digits) * bytesPer[unit as keyof typeof bytesPer]);
}

/** Bytes as a person writes them: 5242880 → `5 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < bytesPer.KB) return `${bytes} B`;
  if (bytes < bytesPer.MB) return `${Math.round(bytes / bytesPer.KB)} KB`;
  return `${Math.round(bytes / bytesPer.MB)} MB`;
}
