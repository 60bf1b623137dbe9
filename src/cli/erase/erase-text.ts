import type { EraseAnswer } from '../../contract/generated/endpoints.ts';

type Counts = EraseAnswer['erased'];

const names = {
  history: 'steps of records in history',
  staged: 'records that were staged',
  held: 'records that waited',
  errors: 'errors',
  errorTexts: 'errors of others that named the person',
  decisions: 'decisions',
  patches: 'patched records of sets',
  ids: 'keys and ids at targets',
  audit: 'entries of the audit log',
} as const;

/** `   12  steps of records in history`; nothing for what there is nothing of. */
export function eraseCountLines(counts: Counts): readonly string[] {
  const own = Object.entries(names).map(
    ([name, said]) => [counts[name as keyof typeof names], said] as const,
  );
  const texts = Object.entries(counts.texts).map(([table, count]) => [count, `texts in ${table}`] as const);
  return [...own, ...texts].flatMap(([count, said]) =>
    count > 0 ? [`${String(count).padStart(6)}  ${said}`] : [],
  );
}

export function aliasLines(aliases: EraseAnswer['aliases']): readonly string[] {
  return aliases
    .filter(({ isWeak }) => !isWeak)
    .map(({ text, from }) => `also known as ${JSON.stringify(text)} (${from})`);
}

export function leftLines(left: EraseAnswer['left']): readonly string[] {
  return left.map(({ what, count, why }) => `${what}${count === undefined ? '' : ` (${count})`}: ${why}`);
}
