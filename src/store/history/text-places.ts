/**
 * Where in a list of records, as JSON, a text stands: by the places of the records. They may hold it as a part of
 * something else. To look is much cheaper than to make values of all of them; `undefined`: all have to be looked at.
 */
export function placesOf(json: string, text: string): ReadonlySet<number> | undefined {
  // As it stands in JSON: quotes and line ends are written otherwise there.
  const wanted = JSON.stringify(text.trim()).slice(1, -1).normalize('NFC').toLowerCase();
  const folded = fold(json, wanted);
  // Some letters have another length in the other case.
  if (folded.length !== json.length) return undefined;
  const at: number[] = [];
  for (let from = folded.indexOf(wanted); from !== -1; from = folded.indexOf(wanted, from + 1)) at.push(from);
  if (at.length === 0) return none;
  const ends = endsOf(json, at.at(-1) ?? 0);
  let place = 0;
  const places = new Set<number>();
  for (const each of at) {
    while ((ends[place] ?? Number.POSITIVE_INFINITY) < each) place++;
    places.add(place);
  }
  return places;
}

const none: ReadonlySet<number> = new Set();

function fold(json: string, wanted: string): string {
  return (/^[\p{ASCII}]*$/u.test(wanted) ? json : json.normalize('NFC')).toLowerCase();
}

/** The texts of the records at these places, by place. */
export function takeTexts(json: string, places: ReadonlySet<number>): ReadonlyMap<number, string> {
  if (places.size === 0) return new Map();
  const last = Math.max(...places);
  const ends = endsOf(json, Number.POSITIVE_INFINITY, last);
  return new Map(
    [...places].map((place) => [place, json.slice((ends[place - 1] ?? 0) + 1, ends[place]).trim()]),
  );
}

/** Behind which character each record of the list ends: where a comma or the last bracket stands. */
function endsOf(json: string, until: number, last = Number.POSITIVE_INFINITY): readonly number[] {
  const ends: number[] = [];
  let depth = 0;
  for (let at = 0; at < json.length && ends.length <= last; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfText(json, at);
    else if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) {
      depth--;
      if (depth === 0) ends.push(at);
    } else if (code === comma && depth === 1) {
      ends.push(at);
      if (at > until) break;
    }
  }
  return ends;
}

function endOfText(json: string, from: number): number {
  let at = json.indexOf('"', from + 1);
  while (isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at;
}

function isEscaped(json: string, at: number): boolean {
  let slashes = 0;
  while (json.charCodeAt(at - 1 - slashes) === backslash) slashes++;
  return slashes % 2 === 1;
}

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
