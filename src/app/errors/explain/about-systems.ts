import { type Facts, inItsWords, mendFirst, onceItWorks, replayOf, type Say, type Saying } from './facts.ts';

/** Of reading from a system and talking to it. */
export const aboutSystems = {
  TL_SYSTEM_UNREACHABLE: (facts: Facts): Saying => ({
    sentence: `${facts.system} could not be reached.`,
    next: onceItWorks(facts, facts.system),
  }),
  TL_SYSTEM_UNAVAILABLE: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.system} could not work just then`, facts.words),
    next: onceItWorks(facts, facts.system),
  }),
  TL_SYSTEM_TIMEOUT: (facts: Facts): Saying => ({
    sentence: `${facts.system} took too long to answer.`,
    next: onceItWorks(facts, facts.system),
  }),
  TL_SYSTEM_THROTTLED: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.system} asked for a pause`, facts.words),
    next:
      facts.what.standing === 'error'
        ? 'Replay it; if it happens often, have `limits` of the connection lowered.'
        : 'Nothing: it goes on by itself. If it happens often, have `limits` of the connection lowered.',
  }),
  TL_SYSTEM_BAD_RESPONSE: (facts: Facts): Saying => ({
    sentence: `${facts.system} gave an answer that makes no sense here${pageTitle(facts)}.`,
    next: mendFirst(
      facts,
      `Ask those who run ${facts.system} whether a login page, a proxy or a maintenance page is in between`,
    ),
  }),
  TL_SYSTEM_RESPONSE_TOO_LARGE: (facts: Facts): Saying => ({
    sentence: `${facts.system} gave an answer that is too large.`,
    next: mendFirst(facts, 'Have the integrator ask for smaller pages, or raise `maxResponse`'),
  }),
  TL_AUTH_REFUSED: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.system} does not accept our credentials`, facts.words),
    next: mendFirst(facts, `Renew the credentials of the connection ${facts.system}`),
  }),
  TL_AUTH_FORBIDDEN: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.system} does not allow this with our credentials`, facts.words),
    next: mendFirst(facts, `Ask whoever administers ${facts.system} to allow it`),
  }),
  TL_CONNECTION_CONFIG: (facts: Facts): Saying => ({
    sentence: inItsWords(`a connection is set up wrongly`, facts.plain.replace(/^connection /, '')),
    next: mendFirst(facts, 'Have the integrator correct it in the files of the workspace'),
    command: 'tradelane validate',
  }),
  TL_SOURCE_REJECTED: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.system} refuses to give what the flow asks for`, facts.words),
    next: mendFirst(facts, 'Have the integrator correct what the flow asks for'),
  }),
  TL_SOURCE_UNREADABLE: (facts: Facts): Saying => ({
    sentence: inItsWords(`what came from ${facts.source} cannot be understood`, withoutSystem(facts)),
    next: mendFirst(facts, 'Have it mended by whoever delivers it'),
  }),
  TL_SOURCE_RECORD: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.record} cannot be read`, withoutSystem(facts)),
    next: `Correct it in ${facts.source}, which then sends it again; or replay it with a patch that says what it is.`,
    command: withPatch(facts),
  }),
} as const satisfies Readonly<Record<string, Say>>;

function withPatch({ what }: Facts): string | undefined {
  const replay = replayOf(what);
  return replay === undefined ? undefined : `${replay} --patch FILE`;
}

function pageTitle(facts: Facts): string {
  const title = /HTML page titled ("(?:[^"\\]|\\.)*")/.exec(facts.what.message)?.[1];
  return title === undefined ? '' : `: a page titled ${title}`;
}

function withoutSystem({ plain, system }: Facts): string {
  return plain.startsWith(`${system}: `) ? plain.slice(system.length + 2) : plain;
}
