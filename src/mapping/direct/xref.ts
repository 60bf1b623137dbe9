import type { Node } from '../node.ts';
import { type Direct, type DirectCompiler, giveUp, type Scope } from './direct.ts';

/**
 * `$xref(entity, id)`. Where the answer has to be waited for, an {@link Awaited} is thrown; the expression is evaluated
 * again once it is there.
 */
export function compileXref(given: readonly Node[], compiler: DirectCompiler): Direct | undefined {
  const [entity, id] = given.map((each) => compiler.compile(each));
  if (given.length !== 2 || entity === undefined || id === undefined) return undefined;
  return (context, scope) => ask(scope, entity(context, scope), id(context, scope));
}

/** An answer that has to be waited for. */
export class Awaited {
  readonly name: string;
  readonly answer: Promise<unknown>;

  constructor(name: string, answer: Promise<unknown>) {
    this.name = name;
    this.answer = answer;
  }
}

function ask(scope: Scope, entity: unknown, id: unknown): unknown {
  const read = scope.bindings?.['xref'];
  if (typeof read !== 'function') throw giveUp;
  // A guest order names no customer, in one way or the other: no record has an empty key.
  if (entity === undefined || id === undefined || id === null || id === '') return undefined;
  if (typeof entity !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) throw giveUp;
  const name = `${entity}\n${id}`;
  if (scope.answers?.has(name)) return scope.answers.get(name);
  const answer: unknown = read(entity, String(id));
  if (answer instanceof Promise) throw new Awaited(name, answer);
  return answer ?? undefined;
}
