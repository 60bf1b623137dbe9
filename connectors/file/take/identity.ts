import type { Stats } from 'node:fs';

/** `mtime:size` of a file, mtime in whole milliseconds since 1970: changes whenever the file does. */
export type FileIdentity = `${number}:${number}`;

export function toIdentity(stats: Pick<Stats, 'mtimeMs' | 'size'>): FileIdentity {
  return `${Math.floor(stats.mtimeMs)}:${stats.size}`;
}

export function modifiedMsOf(identity: FileIdentity): number {
  return Number.parseInt(identity, 10);
}
