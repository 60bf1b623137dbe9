import type { TestExpect } from '../contract/generated/test.ts';
import { type DiffLine, diffJson, partOf } from './json-diff.ts';
import type { CaseOutcome, ExpectedOutcome } from './pass-case.ts';

/** An expectation that was not met. */
export interface Mismatch {
  /** The key of `expect` that says so; `outcome` also where it is only implied. */
  readonly expectation: keyof TestExpect;
  readonly message: string;
  readonly diff?: readonly DiffLine[];
}

/** What of an expectation was not met, the outcome first: where that differs, nothing else could be as expected. */
export function judgeCase(expect: TestExpect, came: CaseOutcome): readonly Mismatch[] {
  const ended = judgeOutcome(expect, came);
  if (ended.length > 0) return ended;
  return [...judgeFault(expect, came), ...judgeMessage(expect, came), ...judgeValues(expect, came)];
}

function judgeOutcome(expect: TestExpect, came: CaseOutcome): readonly Mismatch[] {
  const wanted = outcomesFor(expect);
  if (wanted.includes(came.outcome)) return [];
  const expectation = expect.outcome !== undefined ? 'outcome' : namedFor(expect);
  const what = expect.fault === undefined ? wanted.join(' or ') : `failed with ${expect.fault}`;
  return [{ expectation, message: `expected it to be ${what}, but ${describeCame(came)}` }];
}

/** Where nothing is said of another end, a record is expected to get through. */
function outcomesFor({ outcome, fault, message }: TestExpect): readonly ExpectedOutcome[] {
  if (outcome !== undefined) return [outcome];
  if (fault !== undefined) return ['failed'];
  return message === undefined ? ['delivered'] : ['failed', 'filtered', 'blocked'];
}

function namedFor(expect: TestExpect): keyof TestExpect {
  const order = ['fault', 'message', 'payload', 'contains', 'entity', 'key'] as const;
  return order.find((name) => Object.hasOwn(expect, name)) ?? 'outcome';
}

/** `it failed at map with TL_MAP_FAILED: …` */
export function describeCame(came: CaseOutcome): string {
  const why = came.reason === undefined ? '' : `: ${came.reason}`;
  switch (came.outcome) {
    case 'delivered':
      return 'it is delivered';
    case 'filtered':
      return came.reason === undefined ? 'the filter leaves it out' : `it is skipped${why}`;
    case 'blocked':
      return `it is blocked${why}`;
    case 'failed':
      return `it fails at ${came.stage} with ${came.fault?.code}: ${faultText(came)}`;
  }
}

function faultText({ fault }: CaseOutcome): string {
  if (fault === undefined) return '';
  const { at, message } = fault;
  return at === undefined || message.includes(at) ? message : `${message} (${at})`;
}

function judgeFault({ fault }: TestExpect, came: CaseOutcome): readonly Mismatch[] {
  if (fault === undefined || fault === came.fault?.code) return [];
  return [{ expectation: 'fault', message: `expected the fault ${fault}, but ${describeCame(came)}` }];
}

function judgeMessage({ message }: TestExpect, came: CaseOutcome): readonly Mismatch[] {
  const said = came.fault?.message ?? came.reason ?? '';
  if (message === undefined || said.includes(message)) return [];
  const what = said === '' ? 'nothing is said: ' : '';
  return [
    {
      expectation: 'message',
      message: `expected a message with "${message}", but ${what}${describeCame(came)}`,
    },
  ];
}

function judgeValues(expect: TestExpect, came: CaseOutcome): readonly Mismatch[] {
  const mismatches: Mismatch[] = [];
  const compare = (name: 'payload' | 'contains' | 'entity' | 'key', value: unknown, message: string) => {
    if (!Object.hasOwn(expect, name)) return;
    const diff = diffJson(expect[name], value);
    if (diff.length > 0) mismatches.push({ expectation: name, message, diff });
  };
  compare('key', came.key, 'the key is another one');
  compare('entity', came.entity, 'what the mapping made of it is something else');
  compare('payload', came.payload, 'the payload is something else');
  compare('contains', partOf(came.payload, expect.contains), 'the payload does not contain this');
  return mismatches;
}
