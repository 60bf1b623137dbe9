/**
 * A page of codes, each with a section of its own, and a table of them at its top: between the comments
 * `<!-- index -->` and `<!-- /index -->` each code gets a line with the first two sentences of its section: what it is
 * (`Error.`), and what it means.
 */
export function withCodeIndex(page: string): string {
  const rows = [...page.matchAll(/^### ([A-Z][A-Z0-9_]+)\n([^\n]+)/gm)].map(([, code = '', said = '']) => {
    const [, is = '', means = ''] = /^(\w+)\. (.*)$/.exec(said) ?? [];
    return `| [${code}](#${code.toLowerCase()}) | ${is.toLowerCase()} | ${firstSentence(means)} |`;
  });
  const table = ['| code | is | means |', '|---|---|---|', ...rows].join('\n');
  // A function, because `$` stands for something in a replacement text.
  return page.replace(
    /(<!-- index -->\n)[\s\S]*?(<!-- \/index -->)/,
    (_all, opens: string, closes: string) => `${opens}${table}\n${closes}`,
  );
}

/** Up to the first full stop, colon or semicolon that a blank follows, outside of code and brackets. */
function firstSentence(text: string): string {
  const [sentence = ''] = /^(?:`[^`]*`|\([^)]*\)|[^`(])*?(?=[.:;] |\.?$)/.exec(text) ?? [];
  return sentence.replaceAll('|', '\\|');
}
