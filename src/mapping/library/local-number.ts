import { badArgument } from '../expression/raised.ts';
import { toExact, toText } from './decimal.ts';

/** How a country writes numbers, by CLDR as the runtime has it. */
interface Signs {
  readonly decimal: string;
  /** That of the country, and that of its language where it is another: people write both. */
  readonly groups: readonly string[];
}

const known = new Map<string, Signs | undefined>();

/** `$decimal(text, "de")`: a number as people of a country write it, `1.234,56`, as a decimal text. */
export function readLocalNumber(value: unknown, locale: unknown): string {
  const signs = typeof locale === 'string' ? signsOf(locale) : undefined;
  if (signs === undefined) throw badArgument('decimal', 2, 'a language such as "de" or "fr-CH"', locale);
  // A number is one already, however anybody writes it.
  if (typeof value === 'number') return toDecimal(value);
  if (typeof value !== 'string') throw badArgument('decimal', 1, 'a text or a number', value);
  const text = value.trim().replace(/[\u2212\u2013]/g, '-');
  const [whole = '', fraction, ...more] = text.split(signs.decimal);
  const digits = withoutGroups(whole, signs.groups);
  if (digits === undefined || more.length > 0 || (fraction !== undefined && !/^\d*$/.test(fraction))) {
    throw badArgument('decimal', 1, `a number as "${locale}" writes it`, value, `such as ${example(signs)}`);
  }
  return toDecimal(fraction === undefined ? digits : `${digits}.${fraction}`);
}

function toDecimal(value: unknown): string {
  const read = toExact('decimal', 1, value);
  return toText(read.value, read.scale);
}

function signsOf(locale: string): Signs | undefined {
  if (!known.has(locale)) known.set(locale, readSigns(locale));
  return known.get(locale);
}

function readSigns(locale: string): Signs | undefined {
  try {
    if (Intl.NumberFormat.supportedLocalesOf(locale).length === 0) return undefined;
    const own = partsOf(locale);
    const ofLanguage = partsOf(new Intl.Locale(locale).language);
    const groups = ofLanguage.decimal === own.decimal ? [own.group, ofLanguage.group] : [own.group];
    return { decimal: own.decimal, groups: [...new Set(groups)].filter((sign) => sign !== '') };
  } catch {
    // Not the tag of a language at all (BCP 47).
    return undefined;
  }
}

function partsOf(locale: string): { readonly decimal: string; readonly group: string } {
  const format = new Intl.NumberFormat(locale, { useGrouping: true, numberingSystem: 'latn' });
  const parts = format.formatToParts(-1_234_567.5);
  const signOf = (type: string) => parts.find((part) => part.type === type)?.value;
  return { decimal: signOf('decimal') ?? '.', group: signOf('group') ?? '' };
}

/** Any blank stands for any other, and any apostrophe: nobody types the narrow ones. */
const alike: readonly RegExp[] = [/[\s\u00a0\u2009\u202f]/, /['\u2019]/];

/** `1.234.567` without its signs; nothing where they do not stand between groups of two or three digits. */
function withoutGroups(text: string, groups: readonly string[]): string | undefined {
  const isGrouped = groups.some((group) => {
    const sign = alike.find((pattern) => pattern.test(group))?.source ?? group.replace(/[.\\]/g, '\\$&');
    return new RegExp(`^[+-]?\\d{1,3}(?:${sign}\\d{2,3})*${sign}\\d{3}$`).test(text);
  });
  return isGrouped || /^[+-]?\d+$/.test(text) ? text.replace(/[^\d+-]/g, '') : undefined;
}

function example({ decimal, groups: [group = ''] }: Signs): string {
  return `1${group}234${decimal}50`;
}
