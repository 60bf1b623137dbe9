import type { Stats } from 'node:fs';

/** `mtime:size` of a file, mtime in whole milliseconds since 1970: changes whenever the file does. */
export type Identity = `${number}:${number}`;

export function toIdentity(stats: Pick<Stats, 'mtimeMs' | 'size'>): Identity {
  return `${Math.floor(stats.mtimeMs)}:${stats.size}`;
}

export function modifiedMsOf(identity: Identity): number {
  return Number.parseInt(identity, 10);
}
