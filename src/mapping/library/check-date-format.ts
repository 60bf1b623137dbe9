/** What is wrong with a date format. `offset` is 0-based, into the format. */
export interface FormatProblem {
  readonly message: string;
  readonly offset: number;
  readonly hint: string;
}

/** Tokens that Luxon reads a date by (moment.github.io/luxon, "Parsing", table of tokens). */
const tokens = new Set([
  ...['S', 'SSS', 'u', 'uu', 'uuu', 's', 'ss', 'm', 'mm', 'h', 'hh', 'H', 'HH', 'Z', 'ZZ', 'ZZZ', 'z', 'a'],
  ...['d', 'dd', 'c', 'cc', 'ccc', 'cccc', 'E', 'EE', 'EEE', 'EEEE', 'M', 'MM', 'MMM', 'MMMM', 'L', 'LL'],
  ...['LLL', 'LLLL', 'y', 'yy', 'yyyy', 'yyyyy', 'yyyyyy', 'G', 'GG', 'kk', 'kkkk', 'W', 'WW', 'o', 'ooo'],
  ...['q', 'D', 'DD', 'DDD', 'DDDD', 't', 'tt', 'ttt', 'tttt', 'T', 'TT', 'TTT', 'TTTT'],
]);

/** The first letters of a format that are no token of Luxon, or one that cannot be meant where it stands. */
export function checkDateFormat(format: string): FormatProblem | undefined {
  const runs = runsOf(format);
  const has = (pattern: RegExp) => runs.some(({ letters }) => pattern.test(letters));
  for (const { letters, offset } of runs) {
    const problem = problemOf(letters, { isAlone: runs.length === 1, has });
    if (problem !== undefined) return { offset, ...problem };
  }
  return undefined;
}

interface Beside {
  readonly isAlone: boolean;
  readonly has: (pattern: RegExp) => boolean;
}

function problemOf(letters: string, { isAlone, has }: Beside): Omit<FormatProblem, 'offset'> | undefined {
  const wrong = (message: string, hint: string) => ({ message: `\`${letters}\` ${message}`, hint });
  if (/^Y+$/.test(letters)) return wrong('is no token', `the year is \`${'y'.repeat(letters.length)}\``);
  // These stand for a whole date or time in the manner of a country, and never beside another token.
  if (/^D+$/.test(letters) && !isAlone) return wrong('is no day of a month', 'the day is `dd`');
  if (/^[Tt]+$/.test(letters) && !isAlone)
    return wrong('is a time of its own', `a letter of the text stands in quotes: '${letters}'`);
  if (!tokens.has(letters)) return wrong('is no token', "letters of the text itself stand in quotes: 'Uhr'");
  if (/^m+$/.test(letters) && !has(/^[Hh]+$/) && has(/^[dy]+$/))
    return wrong('is minutes, and no hours stand beside it', 'the month is `MM`');
  if (/^h+$/.test(letters) && !has(/^a$/))
    return wrong('is an hour up to 12, and nothing says which half of the day', 'the hour up to 23 is `HH`');
  return undefined;
}

/** Letters of one kind that stand together; what stands in quotes is text. */
function runsOf(format: string): readonly { readonly letters: string; readonly offset: number }[] {
  const outside = format.replaceAll(/'[^']*'/g, (quoted) => ' '.repeat(quoted.length));
  return [...outside.matchAll(/([A-Za-z])\1*/g)].map(({ 0: letters, index }) => ({ letters, offset: index }));
}
