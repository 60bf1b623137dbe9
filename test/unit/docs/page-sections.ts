/** A section of a page whose heading is a code, up to the next heading. */
export interface CodeSection {
  readonly code: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** A fenced block: what stands behind its first fence, and its lines, the last with its line end. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

export function codeSections(page: string): readonly CodeSection[] {
  return page
    .split(/^(?=#{2,3} )/m)
    .flatMap((part) => {
      const heading = /^### ([A-Z][A-Z0-9_]+)\n([\s\S]*)$/.exec(part);
      return heading === null ? [] : [{ code: heading[1] ?? '', text: heading[2] ?? '' }];
    })
    .map((section) => ({ ...section, blocks: blocksIn(section.text) }));
}

export function blocksIn(text: string): readonly Block[] {
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, language = '', inner = '']) => ({
    language,
    text: inner,
  }));
}

/** What stands before a ```text block, and what that says. */
export interface Example {
  readonly code: string;
  readonly given: readonly Block[];
  readonly said: string;
}

/** A section may have several examples, each ending with a ```text block. */
export function examplesIn({ code, blocks }: CodeSection): readonly Example[] {
  const ends = blocks.flatMap(({ language }, index) => (language === 'text' ? [index] : []));
  return ends.map((end, nth) => ({
    code,
    given: blocks.slice(nth === 0 ? 0 : (ends[nth - 1] ?? 0) + 1, end),
    said: (blocks[end]?.text ?? '').trimEnd(),
  }));
}
