import { present } from '../../contract/present.ts';
import type { FilePlace } from '../finding.ts';
import type { SourceFile } from './source-file.ts';

/** Line and column of the characters of a file that is one expression and nothing else. */
export function placesInText(file: SourceFile): (offset: number) => FilePlace {
  return (offset) => {
    const lines = file.text.slice(0, offset).split('\n');
    return { file: file.path, line: lines.length, column: present(lines.at(-1), 'a last line').length + 1 };
  };
}
