import { resolve } from 'node:path';

/** Is it the text of certificates or keys itself, and not the path of a file that holds them? */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

export function pathIn(dir: string, path: string): string {
  return resolve(dir, path);
}
