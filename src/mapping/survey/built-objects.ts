import { compileJsonata, syntaxTree } from '../expression/jsonata.ts';
import { constantOffset } from './offsets.ts';
import type { SurveyNode } from './surveyor.ts';

/** An object that an expression, or a tree of them, builds into its result. */
export interface BuiltObject {
  /** Names from the top of the result; items of a list stand where the list does. */
  readonly at: readonly string[];
  /** Where it begins in the text. */
  readonly offset: number;
  /** Its names, as far as they are written out. */
  readonly names: readonly { readonly name: string; readonly offset: number }[];
  /** False where more names may come from elsewhere. */
  readonly isWhole: boolean;
}

/** A value that is written out in the result. */
export interface BuiltConstant {
  readonly at: readonly string[];
  readonly offset: number;
  readonly value: string | number | boolean;
}

export interface Built {
  readonly objects: readonly BuiltObject[];
  readonly constants: readonly BuiltConstant[];
}

/** The objects and constants that are sure to be in an expression's result, wherever it comes to them. */
export function builtBy(text: string): Built {
  const built = { objects: [] as BuiltObject[], constants: [] as BuiltConstant[] };
  collect(syntaxTree(compileJsonata(text)) as SurveyNode, [], { text, ...built });
  return built;
}

interface Collecting {
  readonly text: string;
  readonly objects: BuiltObject[];
  readonly constants: BuiltConstant[];
}

function collect(node: SurveyNode | undefined, at: readonly string[], into: Collecting): void {
  if (node === undefined || node.group !== undefined) return;
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      if (node.value !== null)
        into.constants.push({
          at,
          offset: constantOffset(into.text, node),
          value: node.value as string | number,
        });
      return;
    case 'unary':
      if (node.value === '{') collectObject(node, at, into);
      if (node.value === '[') for (const item of node.expressions ?? []) collect(item, at, into);
      return;
    case 'block':
      collect(node.expressions?.at(-1), at, into);
      return;
    case 'condition':
      collect(node.then, at, into);
      collect(node.else, at, into);
      return;
    case 'path': {
      const last = node.steps?.at(-1) as SurveyNode | undefined;
      if (last?.type !== 'name') collect(last, at, into);
      return;
    }
    case 'function':
      if (node.procedure?.type === 'variable' && node.procedure.value === 'map')
        collect(bodyOf(node.arguments?.[1]), at, into);
  }
}

function collectObject(node: SurveyNode, at: readonly string[], into: Collecting): void {
  const pairs = node.lhs as readonly (readonly [SurveyNode, SurveyNode])[];
  const written = pairs.filter(([name]) => name.type === 'string');
  const names = written.map(([name]) => ({
    name: String(name.value),
    offset: constantOffset(into.text, name),
  }));
  const offset = Math.max(0, (node.position ?? 1) - 1);
  into.objects.push({ at, offset, names, isWhole: written.length === pairs.length });
  for (const [name, value] of written) collect(value, [...at, String(name.value)], into);
}

function bodyOf(node: SurveyNode | undefined): SurveyNode | undefined {
  const body = node?.type === 'lambda' ? node.body : undefined;
  return body?.thunk === true ? body.body : body;
}
