import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const pages = globSync('{*.md,docs/**/*.md,connectors/*/README.md}', { cwd: root }).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));

describe('documents', () => {
  it.each(pages)('link to what is there: $path', ({ path, text }) => {
    const broken = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^(https?|mailto):/.test(target) && !leadsSomewhere(path, target));
    expect(broken).toEqual([]);
  });

  it.each(pages)('name files that are there: $path', ({ path, text }) => {
    const named = [...text.matchAll(/`((?:src|test|scripts|docs|schemas|bin)\/[\w./-]*\w\/?)`/g)];
    // Names in capitals are for the reader to fill in.
    const missing = named
      .map((match) => match[1] ?? '')
      .filter((file) => !/\bNAME\b/.test(file) && !existsSync(join(root, file)));
    expect(missing, path).toEqual([]);
  });

  it('are reached from README.md', () => {
    const reached = new Set<string>();
    const waiting = ['README.md'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      const text = pages.find((page) => page.path === path)?.text ?? '';
      for (const match of withoutCode(text).matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)) {
        if (match[1]?.endsWith('.md')) waiting.push(join(dirname(path), match[1]));
      }
    }
    expect(pages.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('number decisions one after the other, and list them all', () => {
    const files = globSync('docs/adr/[0-9]*.md', { cwd: root }).sort();
    const numbers = files.map((path) => basename(path).slice(0, 3));
    expect(numbers).toEqual(files.map((_, index) => String(index + 1).padStart(3, '0')));
    const titles = files.map((path) => /^# (\d+) · (.+)$/m.exec(readFileSync(join(root, path), 'utf8')));
    expect(titles.map((title) => title?.[1])).toEqual(numbers);
    const index = readFileSync(join(root, 'docs/adr/README.md'), 'utf8');
    const rows = [...index.matchAll(/^\| \[(\d+)\]\(([^)]+)\) \|/gm)].map(([, number, path]) => [
      number,
      path,
    ]);
    expect(rows).toEqual(files.map((path, at) => [numbers[at], basename(path)]));
  });

  it('stay within their limits', () => {
    const lines = (path: string) => readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length;
    expect(lines('README.md')).toBeLessThanOrEqual(150);
    expect(lines('ARCHITECTURE.md')).toBeLessThanOrEqual(300);
    const long = globSync('docs/adr/[0-9]*.md', { cwd: root }).filter(
      (path) => readFileSync(join(root, path), 'utf8').split(/\s+/).length > 500,
    );
    expect(long).toEqual([]);
  });
});

/** A file, or a heading of this page or of another one. */
function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : join(dirname(from), decodeURI(file));
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined || !path.endsWith('.md')) return true;
  const text = withoutCode(readFileSync(join(root, path), 'utf8'));
  return [...text.matchAll(/^#+ (.+)$/gm)].some((match) => anchorOf(match[1] ?? '') === anchor);
}

/** As GitHub makes it from a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
    .replaceAll(' ', '-');
}

function withoutCode(text: string): string {
  return text
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}
