import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Ajv2020 } from 'ajv/dist/2020.js';
import { errorsOf } from '../collapse-errors.ts';
import { addExactKeywords } from './exact-keywords.ts';

/** A validator to which the text of a number that a double cannot hold is a number. */
export interface ExactValidation {
  validate(value: unknown): readonly ErrorObject[];
  /** JSON pointers to the texts that have to be numbers for the value to fit as well as it does. */
  findNumbers(value: unknown): readonly string[];
}

/**
 * @param hasForms - may a value fit in one form and not in another? Only then each place has to be tried by itself.
 * @param compile - compiles the schema, as `toExactSchema` gives it, with an ajv that it hands over first.
 */
export function createExactValidation(
  { hasForms }: { readonly hasForms: boolean },
  compile: (prepare: (ajv: Ajv2020) => Ajv2020) => ValidateFunction,
): ExactValidation {
  const accepted = new Set<string>();
  let refused: string | undefined;
  const validator = compile((ajv) => {
    addExactKeywords(ajv, (pointer) => {
      if (pointer === refused) return false;
      accepted.add(pointer);
      return true;
    });
    return ajv;
  });
  const validate = (value: unknown): readonly ErrorObject[] =>
    validator(value) ? [] : [...errorsOf(validator)];
  return {
    validate,
    findNumbers(value) {
      accepted.clear();
      const errors = validate(value).length;
      if (!hasForms) return [...accepted];
      // One form of several may have wanted a number where the form that fits wants a text.
      const needed = [...accepted].filter((pointer) => {
        refused = pointer;
        return validate(value).length > errors;
      });
      refused = undefined;
      return needed;
    },
  };
}
