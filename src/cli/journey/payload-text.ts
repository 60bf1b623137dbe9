import { isDeepStrictEqual } from 'node:util';
import type { ShownDifference, StepPayloads } from '../../app/journey/step-payloads.ts';

/** What a record was at a step: what changed where there is something to compare it with, else all of it. */
export function* payloadLines(payloads: StepPayloads): Generator<string> {
  const { native, record, mapped, payload, proof, note, changes } = payloads;
  yield* part('as it was read', native, changes?.native);
  if (record !== undefined) yield* part('as the flow sees it', record, changes?.payload && []);
  // Without a mapping it is the same.
  if (mapped !== undefined && !isDeepStrictEqual(mapped, record))
    yield* part('as the flow makes it', mapped, changes?.payload && []);
  if (payload !== undefined)
    yield* part(`as the target gets it${proof ? ` (${proofs[proof]})` : ''}`, payload, changes?.payload);
  if (note !== undefined) yield note;
}

const proofs = {
  kept: 'kept as it was sent',
  proved: 'worked out again: exactly what was sent',
  differs: 'worked out again, and not what was sent',
  computed: 'worked out again',
} as const;

function* part(
  title: string,
  value: unknown,
  changes: readonly ShownDifference[] | undefined,
): Generator<string> {
  if (changes === undefined) {
    yield `${title}:`;
    for (const line of JSON.stringify(value, undefined, 2).split('\n')) yield `  ${line}`;
  } else if (changes.length > 0) {
    yield `${title}, changed:`;
    for (const { path, before, after } of changes) yield `  ${path}: ${show(before)} → ${show(after)}`;
  }
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
