import { toSecond } from '../../app/status/needs.ts';
import type { JourneyRecordAnswer } from '../../contract/generated/endpoints.ts';

type Wait = JourneyRecordAnswer['waits'][number];

/** What a record waits for, in a line. */
export function waitText({ as, run, runStatus, since, attempts, dueAt, fault, missing = [] }: Wait): string {
  if (runStatus === 'held') return `waits for somebody to approve run ${run}, since ${toSecond(since)}`;
  const why = fault === undefined ? '' : `: ${fault.code}  ${fault.message.split('\n', 1)[0]}`;
  const of = `(run ${run}, since ${toSecond(since)})`;
  switch (as) {
    case 'blocked': {
      const names = missing.map(({ entity, key }) => `${entity} ${key}`).join(', ');
      return `blocked until the target has ${names === '' ? 'what an earlier state of it waits for' : names} ${of}`;
    }
    case 'held':
      return `tried again${dueAt === undefined ? '' : ` at ${toSecond(dueAt)}`}, ${attempts} so far ${of}${why}`;
    case 'queued':
      return `waits behind an earlier state of it ${of}`;
    case 'staged':
      return `staged, waits for its turn ${of}${why}`;
  }
}
