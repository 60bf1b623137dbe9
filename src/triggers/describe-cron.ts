import cronstrue from 'cronstrue';

/**
 * A cron expression in words: `At 02:30, Monday through Friday`. What node-cron takes and cronstrue has no words for,
 * such as `1W,15`, stands as it is written.
 */
export function describeCron(expression: string): string {
  try {
    return cronstrue.toString(withShortNames(expression), {
      use24HourTimeFormat: true,
      // As node-cron does it: a day has to fit both fields.
      logicalAndDayFields: true,
      throwExceptionOnParseError: true,
    });
  } catch {
    return `At the times of ${expression}`;
  }
}

const months = 'january february march april june july august september october november december';
const days = 'sunday monday tuesday wednesday thursday friday saturday';
const longNames = new RegExp(`\\b(?:${`${months} ${days}`.replaceAll(' ', '|')})\\b`, 'gi');

/** cronstrue knows names of months and days by three letters: `january` → `jan`. */
function withShortNames(expression: string): string {
  return expression.replaceAll(longNames, (name) => name.slice(0, 3));
}
