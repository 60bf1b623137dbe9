import { type Facts, inItsWords, mendFirst, onceItWorks, type Say, type Saying } from './facts.ts';

/** Of writing to a system. */
export const aboutTargets = {
  TL_TARGET_REJECTED: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.target} refuses ${facts.record}`, facts.words),
    next: `Correct it in ${facts.source}, which then sends it again; or remove the reason in ${facts.target}, then replay.`,
  }),
  TL_TARGET_NOT_FOUND: (facts: Facts): Saying => ({
    sentence: `${facts.target} does not have ${facts.record} that should be changed there.`,
    next: `Find out in ${facts.target} where it went, then replay; or resolve the error if it is not wanted any more.`,
  }),
  TL_TARGET_DUPLICATE: (facts: Facts): Saying => ({
    sentence: inItsWords(
      `${facts.target} has ${facts.record} already, or another one with a value that must be unique`,
      facts.words,
    ),
    next: mendFirst(facts, `Merge or correct the two in ${facts.target}`),
  }),
  TL_TARGET_AMBIGUOUS: (facts: Facts): Saying => ({
    sentence: `it is not clear which record of ${facts.target} ${facts.record} is${keyOf(facts)}.`,
    next: mendFirst(facts, `Merge or correct them in ${facts.target}`),
  }),
  TL_TARGET_FIND_REFUSED: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.target} refuses to look ${facts.record} up`, facts.words),
    next: mendFirst(
      facts,
      `Correct its number in ${facts.source}; or, where it is the same with every record, have the integrator correct the request`,
    ),
  }),
  TL_TARGET_ID_UNCLEAR: (facts: Facts): Saying => ({
    sentence: `${facts.target} answered, and it is not clear which record it speaks of; ${facts.record} may be there or not.`,
    next: mendFirst(facts, `Look for it in ${facts.target}, and have the integrator look at what it answers`),
  }),
  TL_TARGET_ID_TAKEN: (facts: Facts): Saying => ({
    sentence: `${facts.record} and another one would be one and the same in ${facts.target}.`,
    next: mendFirst(facts, 'Have the integrator find out which of the two it is'),
    command: idsOf(facts),
  }),
  TL_TARGET_CONFLICT: (facts: Facts): Saying => ({
    sentence: `somebody else changed ${facts.record} in ${facts.target} at the same moment.`,
    next: facts.what.standing === 'error' ? 'Replay it.' : 'Nothing: it is tried again by itself.',
  }),
  TL_TARGET_UNKNOWN: (facts: Facts): Saying => ({
    sentence: `${facts.record} was sent to ${facts.target}, and nobody knows whether it arrived.`,
    next:
      facts.what.standing === 'error'
        ? `Look for it in ${facts.target}: resolve the error if it is there as it should be. Else replay, which looks first as well.`
        : onceItWorks(facts, facts.target),
  }),
} as const satisfies Readonly<Record<string, Say>>;

/** `, by the number "4711"`. */
function keyOf({ plain }: Facts): string {
  const key = /the key ("(?:[^"\\]|\\.)*")/.exec(plain)?.[1];
  return key === undefined ? '' : `, by the key ${key}`;
}

function idsOf({ plain }: Facts): string | undefined {
  const id = /the id "([\w.-]+)"/.exec(plain)?.[1];
  return id === undefined ? undefined : `tradelane xref list --id ${id}`;
}
