import type { FormatProblem } from './check-date-format.ts';

/** What a picture may show of a date (www.w3.org/TR/xpath-functions-31, "The picture string"), as JSONata knows it. */
const components = 'YMDdFWwXxHhPmsfZzCE';

/** What is wrong with a picture of `$fromMillis`, `$toMillis` and `$now`. */
export function checkDatePicture(picture: string): FormatProblem | undefined {
  const markers = [...picture.replaceAll('[[', '  ').matchAll(/\[\s*([^\]]*)\]/g)];
  if (markers.length === 0) {
    const message = 'nothing of it stands in brackets, so it says nothing of a date';
    return {
      message,
      offset: 0,
      hint: 'such as "[D01].[M01].[Y0001]"; $date reads tokens such as dd.MM.yyyy',
    };
  }
  const wrong = markers.find(([, marker = '']) => marker === '' || !components.includes(marker.charAt(0)));
  if (wrong === undefined) return undefined;
  const message = `\`${wrong[0]}\` is no part of a date`;
  return { message, offset: wrong.index, hint: 'the year is [Y0001], the month [M01], the day [D01]' };
}
