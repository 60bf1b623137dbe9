import { recordName } from '../journey/link-ways.ts';
import type { Sighting } from '../journey/look-for.ts';

/** Each record once, by what says most of it; the newest first. */
export function distinctSightings(found: readonly Sighting[]): readonly Sighting[] {
  const byName = Map.groupBy(found, recordName);
  const best = [...byName.values()].map((some) => {
    const [first] = some.toSorted((a, b) => matches.indexOf(a.match) - matches.indexOf(b.match));
    const newest = some.reduce((a, b) => (a.at > b.at ? a : b));
    return { ...newest, match: first?.match ?? newest.match };
  });
  return best.toSorted(
    (a, b) => matches.indexOf(a.match) - matches.indexOf(b.match) || b.at.getTime() - a.at.getTime(),
  );
}

const matches: readonly Sighting['match'][] = ['key', 'id', 'mention', 'unread'];
