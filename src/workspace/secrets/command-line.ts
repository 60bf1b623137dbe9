/** A command as it is carried out: no shell sees it. */
export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Splits a command line at its blanks. What stands between single quotes is taken as it is; between double quotes and
 * outside of quotes, a backslash takes the next character as it is. Nothing else means anything: no `$`, `|`, `*`, `~`.
 * Returns what is wrong with it, in words that follow "the command".
 */
export function parseCommandLine(line: string): CommandLine | { readonly problem: string } {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const [word] = /^(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/s.exec(rest) ?? [];
    if (word === undefined || !/^(?:\s|$)/.test(rest.slice(word.length)))
      return { problem: 'has a quote that is never closed, or a backslash at its end' };
    words.push(unquote(word));
    rest = rest.slice(word.length).trimStart();
  }
  const [program, ...args] = words;
  if (program === undefined || program === '') return { problem: 'names no program' };
  if (words.some((word) => word.includes('\0'))) return { problem: 'holds a NUL character' };
  return { program, args };
}

function unquote(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_whole, single, double, escaped) =>
    String(single ?? (double === undefined ? escaped : String(double).replace(/\\(["\\])/g, '$1'))),
  );
}
