import type { ErrorObject } from 'ajv';
import { present } from '../contract/present.ts';

const choices: ReadonlySet<string> = new Set(['anyOf', 'oneOf']);

/** Errors that only repeat what another one says better. */
const echoes: ReadonlySet<string> = new Set(['if', 'propertyNames', 'dependentSchemas']);

/** What a validator that has just refused a value says of it. */
export function errorsOf({ errors }: Validator): readonly ErrorObject[] {
  return present(errors, 'what does not fit a schema');
}

interface Validator {
  readonly errors?: readonly ErrorObject[] | null | undefined;
}

/**
 * One cause, one error. A value that fits none of several forms makes ajv report every failure of every form and then
 * the choice itself, in this order. What remains: the errors of the form that the value comes closest to.
 */
export function collapseErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  let kept: ErrorObject[] = [];
  for (const error of errors) {
    if (!choices.has(error.keyword)) {
      kept.push(error);
      continue;
    }
    const branches = groupByBranch(kept, error);
    const inside = new Set(branches.flat());
    kept = kept.filter((each) => !inside.has(each));
    kept.push(...closest(branches, error));
  }
  return kept.filter((error) => !echoes.has(error.keyword) || kept.length === 1);
}

/** The errors that belong to a choice, by its branches: those whose place in the schema lies below a branch. */
function groupByBranch(
  errors: readonly ErrorObject[],
  choice: ErrorObject,
): readonly (readonly ErrorObject[])[] {
  const branches = choice.schema as readonly unknown[];
  const groups = branches.map((): ErrorObject[] => []);
  // Behind a $ref the path starts anew, so such an error is told by the schema object it stands in.
  const owners = branches.map((branch) => referenced(branch));
  for (const error of errors) {
    if (!error.instancePath.startsWith(choice.instancePath)) continue;
    const below = error.schemaPath.startsWith(`${choice.schemaPath}/`)
      ? Number(error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0])
      : owners.findIndex((owner) => owner !== undefined && error.schemaPath.startsWith(owner));
    groups[below]?.push(error);
  }
  return groups;
}

function referenced(branch: unknown): string | undefined {
  const ref = typeof branch === 'object' && branch !== null ? (branch as { $ref?: unknown }).$ref : undefined;
  return typeof ref === 'string' ? `${ref}/` : undefined;
}

/** Errors further inside a value say more than "wrong type" at its top; then the fewest. */
function closest(branches: readonly (readonly ErrorObject[])[], choice: ErrorObject): readonly ErrorObject[] {
  const misses = branches.filter((branch) => branch.length > 0);
  const candidates = misses.filter((branch) => !branch.some((error) => isAnotherForm(error, choice)));
  const [best, next] = candidates.sort((a, b) => a.length - b.length);
  // Equally close to two forms: neither can be said to be the one that was meant.
  return best === undefined || best.length === next?.length ? [choice] : best;
}

/** The value is of another kind altogether: another type, or another word where the form is told by a word. */
function isAnotherForm(error: ErrorObject, choice: ErrorObject): boolean {
  if (error.instancePath === choice.instancePath) return ['type', 'const', 'enum'].includes(error.keyword);
  return error.keyword === 'const';
}
