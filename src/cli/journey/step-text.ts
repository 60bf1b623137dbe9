import type { JourneyStepAnswer as JourneyStep } from '../../contract/generated/endpoints.ts';
import { tellChange } from '../errors/list-errors.ts';
import { pastDeed, whoText } from '../output/audit-text.ts';

type Step<What extends JourneyStep['what']> = Extract<JourneyStep, { readonly what: What }>;
type OutcomeStep = Step<'outcome'>;

/** What happened, in a line; what there is to say of it below. */
export function stepText(step: JourneyStep): readonly [string, ...string[]] {
  switch (step.what) {
    case 'read':
      return [readText(step)];
    case 'outcome':
      return outcomeText(step);
    case 'error':
      return [errorText(step)];
    case 'settled':
      return [settledText(step)];
    case 'patched':
      return patchText(step);
    case 'audit':
      return [auditStepText(step)];
  }
}

function readText({ run, trigger, by, version, error }: Step<'read'>): string {
  const who = by === undefined ? '' : ` by ${by}`;
  const how = error === undefined ? `read in run ${run}` : `replayed${who} in run ${run} (error ${error})`;
  const why = trigger === undefined || error !== undefined ? '' : `, ${trigger}${who}`;
  return `${how}${why}${version === undefined ? '' : `, version ${version}`}`;
}

function outcomeText(step: OutcomeStep): readonly [string, ...string[]] {
  const { outcome, run, attempt, fault, explanation, stage, patch } = step;
  const parts = [
    verbOf(step),
    `in run ${run}`,
    ...(stage === undefined ? [] : [`at ${stage}`]),
    ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
  ];
  const more = [
    ...(patch === undefined ? [] : [`as patched by ${patch}`]),
    ...(fault === undefined ? [] : [`${fault.code}  ${fault.message.split('\n', 1)[0]}`]),
    ...(explanation === undefined ? [] : [explanation.sentence, explanation.next]),
    ...detailsOf(step),
  ];
  const first = outcome === 'failed' || outcome === 'held' ? parts.join(', ') : parts.join(' ');
  return [first, ...more];
}

function verbOf({ outcome, did, isAgain, targetId }: OutcomeStep): string {
  const id = targetId === undefined ? '' : ` as ${targetId}`;
  if (isAgain) return 'failed again as before';
  switch (outcome) {
    case 'delivered':
      return `delivered${did === undefined ? '' : ` (${did})`}${id}`;
    case 'held':
      return 'not got through, to be tried again';
    case 'queued':
      return 'waits behind an earlier state of it';
    case 'replaces':
      return 'takes the place of an earlier state that waits';
    default:
      return outcome;
  }
}

function detailsOf({ missing = [], reason }: OutcomeStep): readonly string[] {
  return [
    ...missing.map(({ entity, key }) => `waits for ${entity} ${key}`),
    ...(reason === undefined ? [] : [reason]),
  ];
}

function errorText({ error, code }: Step<'error'>): string {
  return `error ${error} opened (${code})`;
}

function settledText({ error, state, by, run, reason }: Step<'settled'>): string {
  const who = by === undefined ? ' by itself' : ` by ${by}`;
  return `error ${error} ${state}${who}${run === undefined ? '' : ` in run ${run}`}${reason === undefined ? '' : ` (${reason})`}`;
}

function patchText({ by, error, reason, changes = [] }: Step<'patched'>): readonly [string, ...string[]] {
  const why = reason === undefined ? '' : ` (${reason})`;
  return [`patched by ${by}, error ${error}${why}`, ...changes.map(tellChange)];
}

function auditStepText({ deed, by, run, reason }: Step<'audit'>): string {
  const where = run === undefined ? '' : `, run ${run}`;
  return `${pastDeed(deed)} by ${whoText(by)}${where}${reason === undefined ? '' : ` (${reason})`}`;
}
