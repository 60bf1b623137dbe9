/** How much of a person there is, or was erased: records and rows, by where they lie. */
export interface EraseCounts {
  /** Steps of records in history. */
  readonly history: number;
  /** Records that were staged, and had not been worked. */
  readonly staged: number;
  /** Records that waited for another attempt, or for a reference. */
  readonly held: number;
  /** Errors that nothing is left of but their id, flow, code and times. */
  readonly errors: number;
  /** Errors of other records in whose words the person was named. */
  readonly errorTexts: number;
  readonly decisions: number;
  /** What people had made of records, to be sent by a set of errors. */
  readonly patches: number;
  /** Keys and ids under which the person was known at a target. */
  readonly ids: number;
  /** What was written in other tables: reasons, faults, tags, samples. By table. */
  readonly texts: Readonly<Record<string, number>>;
  /** Entries of the audit log. */
  readonly audit: number;
}

export const nothingErased: EraseCounts = {
  ...{ history: 0, staged: 0, held: 0, errors: 0, errorTexts: 0 },
  ...{ decisions: 0, patches: 0, ids: 0, texts: {}, audit: 0 },
};

export function addErased(a: EraseCounts, b: EraseCounts): EraseCounts {
  const tables = new Set([...Object.keys(a.texts), ...Object.keys(b.texts)]);
  const texts = Object.fromEntries(
    [...tables].map((name) => [name, (a.texts[name] ?? 0) + (b.texts[name] ?? 0)]),
  );
  return {
    history: a.history + b.history,
    staged: a.staged + b.staged,
    held: a.held + b.held,
    errors: a.errors + b.errors,
    errorTexts: a.errorTexts + b.errorTexts,
    decisions: a.decisions + b.decisions,
    patches: a.patches + b.patches,
    ids: a.ids + b.ids,
    texts,
    audit: a.audit + b.audit,
  };
}

export function totalOf({ texts, ...counts }: EraseCounts): number {
  return [...Object.values(counts), ...Object.values(texts)].reduce((sum, count) => sum + count, 0);
}
