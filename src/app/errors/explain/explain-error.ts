import { type FaultCode, isFaultCode } from '../../../contract/fault-table.ts';
import { aboutEngine } from './about-engine.ts';
import { aboutFlows } from './about-flows.ts';
import { aboutSystems } from './about-systems.ts';
import { aboutTargets } from './about-targets.ts';
import {
  type Explained,
  ended,
  type Facts,
  goOn,
  mendFirst,
  type Say,
  type Saying,
  toFacts,
} from './facts.ts';
import { capitalized } from './member-words.ts';

/** What went wrong as a clerk would say it, and what helps. */
export interface ErrorMeaning {
  readonly sentence: string;
  readonly next: string;
  /** The command for it, where there is one. */
  readonly command?: string;
}

/** A new code does not compile until there is a sentence for it. */
const sayings: Readonly<Record<FaultCode, Say>> = {
  ...aboutSystems,
  ...aboutTargets,
  ...aboutFlows,
  ...aboutEngine,
};

/** Beside the technical message, and never instead of it: that one has the details. */
export function explainError(what: Explained): ErrorMeaning {
  const facts = toFacts(what);
  const {
    sentence,
    next,
    command = goOn(facts),
  } = (isFaultCode(what.code) ? sayings[what.code] : ownSaying)(facts);
  return { sentence: begun(sentence, facts), next, ...(command !== undefined && { command }) };
}

/** What connections are called is written as it is. */
function begun(sentence: string, { source, target, system }: Facts): string {
  const isName = [source, target, system].some(
    (name) => !name.includes(' ') && sentence.startsWith(`${name} `),
  );
  return isName ? sentence : capitalized(sentence);
}

/** A flow's own code, from `$fail(code, message)`: it has said itself what is wrong. */
function ownSaying(facts: Facts): Saying {
  return { sentence: ended(facts.plain), next: mendFirst(facts, 'Do what the message says') };
}
