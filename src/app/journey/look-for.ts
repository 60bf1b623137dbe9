import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { holdsText } from '../../contract/text/search-terms.ts';
import { type DeadLetter, listErrors } from '../../store/errors/errors.ts';
import { findSteps, type KeptStep } from '../../store/history/find-steps.ts';
import { findErrorsWith } from '../../store/journey/errors-with.ts';
import { findKnown, type KnownKey } from '../../store/journey/known-of.ts';
import { findHeldFlows } from '../../store/journey/waits-of.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import type { Database } from '../../store/postgres/database.ts';
import { allStates } from '../errors/error-filter.ts';
import type { FlowEnds } from './flow-ends.ts';

/**
 * How a record is known to be meant. `mention`: the text is one of its values. `unread`: it stands in something that could
 * not be read as a record, and has no key.
 */
export type Match = 'key' | 'id' | 'mention' | 'unread';

/** A record that a text may mean. */
export interface Sighting {
  readonly flow: string;
  readonly key: string;
  readonly match: Match;
  readonly at: Date;
}

export interface Sightings {
  readonly found: readonly Sighting[];
  /** The newest first. */
  readonly steps: readonly KeptStep[];
  /** History before this was not looked at. */
  readonly cutAt?: Date;
}

export interface LookTools {
  readonly db: Database;
  readonly flows: ReadonlyMap<string, FlowEnds>;
  /** Others are not there for whoever looks. */
  readonly scope: FlowScope;
  /** Looks for each text once. */
  look(text: string): Promise<Sightings>;
}

export function createLookTools(
  db: Database,
  ends: ReadonlyMap<string, FlowEnds>,
  scope: FlowScope,
): LookTools {
  const flows = new Map([...ends].filter(([flow]) => isInScope(scope, flow)));
  const seen = new Map<string, Promise<Sightings>>();
  return {
    ...{ db, flows, scope },
    look(text) {
      const found = seen.get(text) ?? lookFor({ db, flows, scope }, text);
      seen.set(text, found);
      return found;
    },
  };
}

/** Blocks of history that are looked into for one text, and records that are enough of a choice. */
const maxBlocks = 500;
const enoughRecords = 20;
/** Of one record, so many are shown. */
export const enoughSteps = 40;

/** Whatever is known under a text: in history, at the targets, in the errors, and of what waits. */
async function lookFor({ db, flows, scope }: Omit<LookTools, 'look'>, text: string): Promise<Sightings> {
  const isSeen = ({ flow }: { readonly flow: string }) => isInScope(scope, flow);
  const isEnough = (steps: readonly KeptStep[]) => {
    const own = steps.filter(isSeen);
    const records = new Set(own.map(({ flow, record }) => `${flow}\n${record.key}`));
    return own.length >= enoughSteps || records.size > enoughRecords;
  };
  const [kept, known, errors, failed, held] = await Promise.all([
    findSteps(db, { text, maxBlocks, isEnough }),
    findKnown(db, text),
    listErrors(db, { key: text, flows: scope, states: allStates, limit: mostErrors }),
    findErrorsWith(db, { text, flows: scope }, mostErrors),
    findHeldFlows(db, text),
  ]);
  const found: readonly Sighting[] = [
    ...kept.steps.map((step) => ({
      flow: step.flow,
      key: step.record.key,
      match: matchOf(step, text),
      at: step.at,
    })),
    ...known.flatMap((each) => toSightings(each, flows)),
    ...errors.flatMap((error) => ofError(error, text)),
    ...failed.map(({ flow, key, at }) => ({ flow, at, ...ofFailed(key, text) })),
    ...held.map(({ flow, since }) => ({ flow, key: text, match: 'key' as const, at: since })),
  ];
  return {
    found: found.filter(isSeen),
    steps: kept.steps.filter(isSeen),
    ...(kept.cutAt && { cutAt: kept.cutAt }),
  };
}

const mostErrors = 200;

function matchOf({ record, end }: KeptStep, text: string): Match {
  if (record.key === '') return 'unread';
  if (isText(record.key, text)) return 'key';
  return end.targetId !== undefined && isText(end.targetId, text) ? 'id' : 'mention';
}

function isText(value: string, text: string): boolean {
  return value === text || holdsText(value, text);
}

function ofError({ flow, key, createdAt }: DeadLetter, text: string): readonly Sighting[] {
  return key === undefined
    ? []
    : [{ flow, key, match: isText(key, text) ? 'key' : 'mention', at: createdAt }];
}

/** Of what failed: an error is kept whole. */
function ofFailed(key: string | undefined, text: string): Pick<Sighting, 'key' | 'match'> {
  if (key === undefined) return { key: '', match: 'unread' };
  return { key, match: isText(key, text) ? 'key' : 'mention' };
}

/** Of what is known for several flows, each of them: which of them it was is told by what is kept of each. */
function toSightings(
  { flow, scope, key, since, isById }: KnownKey,
  flows: ReadonlyMap<string, FlowEnds>,
): readonly Sighting[] {
  const owners =
    flow === undefined
      ? [...flows.values()].filter((ends) => scope && isSameScope(ends.scope, scope)).map((ends) => ends.flow)
      : [flow];
  return owners.map((owner) => ({ flow: owner, key, match: isById ? 'id' : 'key', at: since }));
}

function isSameScope(a: XrefScope, b: XrefScope): boolean {
  return a.entity === b.entity && a.source === b.source && a.target === b.target;
}
