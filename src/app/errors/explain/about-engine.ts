import { type Facts, inItsWords, mendFirst, onceItWorks, type Say, type Saying } from './facts.ts';

/** Of what Tradelane itself is given, and of itself. */
export const aboutEngine = {
  TL_ARGUMENT_INVALID: (facts: Facts): Saying => ({
    sentence: inItsWords(`what was asked for cannot be done`, facts.plain),
    next: 'Correct what was typed, and ask again.',
  }),
  TL_WORKSPACE_INVALID: (facts: Facts): Saying => ({
    sentence: inItsWords(`the files of the workspace have a mistake`, facts.plain),
    next: mendFirst(facts, 'Have the integrator correct it'),
    command: 'tradelane validate',
  }),
  TL_NOT_FOUND: (facts: Facts): Saying => ({
    sentence: inItsWords(`what was asked for is not there`, facts.plain),
    next: 'Look for it in the list, and ask again.',
  }),
  TL_CONFLICT: (facts: Facts): Saying => ({
    sentence: inItsWords(`what was asked for does not fit how things stand by now`, facts.plain),
    next: 'Look at it again, then decide.',
  }),
  TL_UNAUTHENTICATED: (facts: Facts): Saying => ({
    sentence: inItsWords(`it is not known who asks`, facts.plain),
    next: 'Sign in, or use a token that is valid.',
  }),
  TL_FORBIDDEN: (facts: Facts): Saying => ({
    sentence: inItsWords(`whoever asked may not do that`, facts.plain),
    next: 'Ask somebody who looks after users for the role.',
  }),
  TL_TOO_MANY_REQUESTS: (facts: Facts): Saying => ({
    sentence: inItsWords(`too much was asked at once`, facts.plain),
    next: 'Wait for a moment, then ask again.',
  }),
  TL_PAUSED: (facts: Facts): Saying => ({
    sentence: inItsWords(`somebody lets this stand still for a while`, facts.plain),
    next: 'Nothing: it goes on by itself once the pause is over, and nothing is lost meanwhile.',
  }),
  TL_STORE_UNAVAILABLE: (facts: Facts): Saying => ({
    sentence: 'the database of Tradelane could not be reached.',
    next: onceItWorks(facts, 'the database'),
  }),
  TL_ENCRYPTION: (facts: Facts): Saying => ({
    sentence: inItsWords('what the database holds encrypted cannot be opened', facts.plain),
    next: 'Ask those who run Tradelane: they have the keys.',
  }),
  TL_LEASE_LOST: (facts: Facts): Saying => ({
    sentence: 'the process that worked on this was gone for too long, and another one goes on with it.',
    next:
      facts.what.standing === 'error' ? 'Replay it.' : 'Nothing: nothing is lost, and it goes on by itself.',
  }),
  TL_RUN_STOPPED: (facts: Facts): Saying => ({
    sentence: 'the process was asked to stop before everything was read.',
    next: facts.what.standing === 'error' ? 'Replay it.' : 'Nothing: the next run goes on from there.',
  }),
  TL_DEFECT: (facts: Facts): Saying => ({
    sentence: `Tradelane itself, or a connector in code, has made a mistake with ${facts.record}.`,
    next: 'Report the message to those who look after Tradelane; replay it once a version with the correction runs.',
  }),
} as const satisfies Readonly<Record<string, Say>>;
