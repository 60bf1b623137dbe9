/** What is wrong with a cron expression, and at which character of it. */
export interface CronProblem {
  readonly message: string;
  readonly offset: number;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
  /** Forms beyond numbers and ranges. */
  readonly special?: RegExp;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  {
    name: 'day of month',
    min: 1,
    max: 31,
    special: /^(?:\?|L|LW|L-(?:[1-9]|[12]\d|30)|(?:[1-9]|[12]\d|3[01])W)$/i,
  },
  { name: 'month', min: 1, max: 12, names: months },
  {
    name: 'day of week',
    min: 0,
    max: 7,
    names: days,
    special: /^(?:\?|(?:[0-7]|sun|mon|tue|wed|thu|fri|sat)(?:L|#[1-5]))$/i,
  },
];

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Checks five or six fields by the grammar that node-cron documents; `undefined` where the expression is fine. */
export function checkCron(text: string): CronProblem | undefined {
  const parts = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], offset: match.index }));
  if (parts[0]?.text.startsWith('@')) {
    return { message: 'write the five fields out instead of a @name', offset: parts[0].offset };
  }
  if (parts.length !== 5 && parts.length !== 6) {
    return { message: `expected 5 or 6 fields, got ${parts.length}`, offset: parts[0]?.offset ?? 0 };
  }
  const wanted = fields.slice(6 - parts.length);
  for (const [index, part] of parts.entries()) {
    const problem = wanted[index] && checkField(part.text, wanted[index]);
    if (problem) return { message: problem.message, offset: part.offset + problem.offset };
  }
  return checkDayExists(parts.slice(-3, -1));
}

function checkField(text: string, field: Field): CronProblem | undefined {
  let offset = 0;
  for (const item of text.split(',')) {
    const message = checkItem(item, field);
    if (message !== undefined) return { message, offset };
    offset += item.length + 1;
  }
  return undefined;
}

function checkItem(item: string, field: Field): string | undefined {
  if (field.special?.test(item)) return undefined;
  const match = /^(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i.exec(item);
  if (match === null)
    return `"${item}" is no ${field.name}: expected *, a number, a range a-b, or a step */n`;
  const [, star, from, to, step] = match;
  if (step !== undefined && Number(step) === 0) return `a step of 0 in "${item}" never comes`;
  if (step !== undefined && star === undefined && to === undefined) {
    return `a step needs a range: "${from}-${field.max}/${step}" instead of "${item}"`;
  }
  for (const value of [from, to]) {
    if (value !== undefined && numberOf(value, field) === undefined) return outOfRange(value, field);
  }
  return undefined;
}

function outOfRange(value: string, field: Field): string {
  const names = field.names === undefined ? '' : ` or ${field.names[0]}–${field.names.at(-1)}`;
  return `"${value}" is no ${field.name}: expected ${field.min}–${field.max}${names}`;
}

function numberOf(text: string, field: Field): number | undefined {
  if (!/^\d+$/.test(text)) {
    const named = field.names?.findIndex((name) => isName(text, name)) ?? -1;
    return named < 0 ? undefined : named + field.min;
  }
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}

const longNames = [
  'january',
  'february',
  'march',
  'april',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
].concat(['december', 'sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']);

function isName(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  return lower === name || (lower.startsWith(name) && longNames.includes(lower));
}

/** `0 0 31 2 *` is well formed and never comes. */
function checkDayExists(dayParts: readonly { text: string; offset: number }[]): CronProblem | undefined {
  const [day, month] = dayParts;
  if (day === undefined || month === undefined || !/^\d+$/.test(day.text)) return undefined;
  const monthField = fields[4];
  const numbers = month.text.split(',').map((each) => monthField && numberOf(each, monthField));
  if (numbers.some((each) => each === undefined)) return undefined;
  if (numbers.some((each) => Number(day.text) <= (longestMonth[Number(each) - 1] ?? 31))) return undefined;
  return { message: `day ${day.text} does not come in month ${month.text}`, offset: day.offset };
}
