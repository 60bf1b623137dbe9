import { endsAlike, type RecordedCase } from '../../engine/case/record-case.ts';
import type { DeadLetter } from '../../store/errors/errors.ts';

/** What a person should know of a case that was recorded: what was masked, and how the test of it ends now. */
export function describeRecorded(recorded: RecordedCase, error: DeadLetter | undefined): readonly string[] {
  return [
    ...describeMasks(recorded),
    endsAlike(recorded) ? describeEnd(recorded, error) : describeUnlike(recorded),
  ];
}

function describeMasks({ masked, byName, isBlind }: RecordedCase): readonly string[] {
  const rest = masked.filter((path) => !byName.includes(path));
  return [
    masked.length === 0 ? 'nothing had to be masked' : undefined,
    rest.length > 0 ? `masked: ${listed(rest)}` : undefined,
    byName.length > 0 ? `masked by name alone, as no schema speaks of them: ${listed(byName)}` : undefined,
    isBlind
      ? 'no schema says what of this record is personal: look through it before you commit it'
      : undefined,
  ].filter((line) => line !== undefined);
}

function describeEnd({ redacted }: RecordedCase, error: DeadLetter | undefined): string {
  const how = endOf(redacted);
  if (error === undefined) return `it passes as the flow is now: ${how}`;
  if (redacted.end !== 'through') return `it fails until the flow or the data is mended; now it is ${how}`;
  if (error.stage === 'write') {
    return `it passes already: the flow has nothing against the record, it was the target that answered ${error.code}, and a test asks no target. Say in \`expect\` what the target should be given`;
  }
  return `it passes already: the flow has been mended since, \`tradelane replay ${error.id}\` sends the record again`;
}

function describeUnlike({ real, redacted }: RecordedCase): string {
  return `as it is, the record is ${endOf(real)}; redacted it is ${endOf(redacted)}: a mask does not fit what the flow does with it. Put a made-up value in its place`;
}

function endOf(passed: RecordedCase['real']): string {
  switch (passed.end) {
    case 'through':
      return 'delivered';
    case 'filtered':
      return passed.reason === undefined ? 'filtered' : `filtered (${passed.reason})`;
    case 'blocked':
      return `blocked, for want of ${passed.missing.map(({ entity, key }) => `${entity} ${key}`).join(', ')}`;
    case 'failed':
      return `failed, ${passed.fault.code}: ${passed.fault.message}`;
  }
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, 12).join(', ');
  return paths.length > 12 ? `${shown} and ${paths.length - 12} more` : shown;
}
