import { type Document, visit } from 'yaml';
import { readNumber } from '../../contract/exact-json/json-number.ts';

/** A quick look at the text, for nearly all of which there is nothing to keep. */
export function mayLoseDigits(text: string): boolean {
  return /[\d.]{16}|\d[eE][-+]?\d/.test(text);
}

/** Numbers of a YAML document that a number cannot hold become texts with exactly their digits, as in JSON. */
export function keepDigits(document: Document): void {
  visit(document, {
    Scalar(_key, node) {
      const { value, source } = node;
      if (typeof value !== 'number' || source === undefined || !decimal.test(source)) return;
      const read = readNumber(source.replace(/^\+/, ''));
      // Infinity is no value of any file.
      if (read === undefined) throw new Error(`the number ${source.slice(0, 30)} is too large to be held`);
      node.value = read;
    },
  });
}

const decimal = /^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
