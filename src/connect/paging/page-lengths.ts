import type { PageLengths } from '../../contract/connector.ts';

/** Remembered for as long as the connection is open. */
export function createPageLengths(): PageLengths {
  const longest = new Map<string, number>();
  return {
    longest: async (list) => longest.get(list) ?? 0,
    async note(list, length) {
      if (length > (longest.get(list) ?? 0)) longest.set(list, length);
    },
  };
}
