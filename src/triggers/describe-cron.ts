import cronstrue from 'cronstrue';
import { shortNames } from './cron-names.ts';

/** A cron expression in words: `At 02:30, Monday through Friday`. */
export function describeCron(expression: string): string {
  return cronstrue.toString(shortNames(expression), {
    use24HourTimeFormat: true,
    // As node-cron does it: a day has to fit both fields.
    logicalAndDayFields: true,
    throwExceptionOnParseError: true,
  });
}
