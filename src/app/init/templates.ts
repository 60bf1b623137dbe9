import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The files of templates/, by path. */
export type Templates = ReadonlyMap<string, string>;

export async function loadTemplates(packageDir: string): Promise<Templates> {
  const root = join(packageDir, 'templates');
  const texts = (await listFiles(root)).map(
    async (path) => [path, await readFile(join(root, path), 'utf8')] as const,
  );
  return new Map(await Promise.all(texts));
}

/** All files below a folder, relative to `from`, with slashes; none if there is no such folder. */
export async function listFiles(folder: string, from = folder): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/**
 * Puts values in place of `%name%`. A line that is nothing but one takes all lines of the value, indented as it is; it
 * goes away where the value is empty.
 */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  const lookUp = (name: string): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`a template asks for %${name}%, which nobody gives`);
    return value;
  };
  const lines = text.split('\n').flatMap((line) => {
    const alone = /^( *)%(\w+)%$/.exec(line);
    if (alone === null) return [line.replaceAll(/%(\w+)%/g, (_, name: string) => lookUp(name))];
    const [, indent = '', name = ''] = alone;
    const value = lookUp(name).trimEnd();
    return value === '' ? [] : value.split('\n').map((each) => (each === '' ? each : indent + each));
  });
  return lines.join('\n');
}
