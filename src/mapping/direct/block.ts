import { walk } from '../expression/jsonata.ts';
import type { Node } from '../node.ts';
import type { Direct, DirectCompiler, Lambda, Names } from './direct.ts';

/** `(…; …)`: what one of them sets, those behind it see. */
export function compileBlock(node: Node, compiler: DirectCompiler): Direct | undefined {
  const { expressions } = node as Node & { readonly expressions: readonly Node[] };
  const own = new Map<string, number>();
  let inside = compiler;
  const directs: Direct[] = [];
  for (const [index, each] of expressions.entries()) {
    const block = { own, later: setBy(expressions.slice(index + 1)) };
    const set = each.type === 'bind' ? compileBind(each, inside, block) : undefined;
    const direct = set === undefined ? inside.compile(each) : set.direct;
    if (direct === undefined) return undefined;
    directs.push(direct);
    if (set !== undefined) inside = set.inside;
  }
  const last = expressions.at(-1);
  // What it would give is a function.
  if (last?.type === 'bind' && (last.rhs as Node).type === 'lambda') return undefined;
  const [only] = directs;
  if (directs.length <= 1) return only;
  return (context, scope) => {
    let value: unknown;
    for (const direct of directs) value = direct(context, scope);
    return value;
  };
}

function setBy(expressions: readonly Node[]): readonly string[] {
  return expressions.flatMap(({ type, lhs }) => (type === 'bind' ? [String((lhs as Node).value)] : []));
}

interface BlockNames {
  /** Places of the variables that the block has set so far: set again, they are the same ones. */
  readonly own: Map<string, number>;
  /** What it sets behind this. */
  readonly later: readonly string[];
}

interface Bound {
  readonly direct: Direct | undefined;
  readonly inside: DirectCompiler;
}

function compileBind(node: Node, compiler: DirectCompiler, { own, later }: BlockNames): Bound {
  const name = String((node.lhs as Node).value);
  const value = node.rhs as Node;
  const isPlain = !('predicate' in node || 'group' in node || node.keepArray);
  if (!isPlain || (value.type === 'lambda' && own.has(name))) return { direct: undefined, inside: compiler };
  const place = own.get(name) ?? compiler.newPlace();
  own.set(name, place);
  if (value.type === 'lambda') {
    // A function sees what is set by the time that it is called.
    const unseen = later.filter((each) => !own.has(each)).map((each) => [each, 'unset'] as const);
    const around = compiler.within(new Map([...compiler.names, ...unseen]));
    return compileNamedLambda({ name, value, place }, around, compiler);
  }
  const evaluate = compiler.compile(value);
  const direct: Direct | undefined =
    evaluate &&
    ((context, scope) => {
      const result = evaluate(context, scope);
      scope.variables[place] = result;
      return result;
    });
  return { direct, inside: compiler.within(withName(compiler.names, name, { place })) };
}

/**
 * It goes on to see as `$` what that was where it was written.
 * @param around - what it sees; what comes behind it is compiled by `compiler`.
 */
function compileNamedLambda(
  { name, value, place }: { readonly name: string; readonly value: Node; readonly place: number },
  around: DirectCompiler,
  compiler: DirectCompiler,
): Bound {
  // A function that calls itself has to have a depth, which JSONata sees to.
  const callsItself = [...walk(value)].some((each) => each.type === 'variable' && each.value === name);
  const written = callsItself ? undefined : compileLambda(value, around);
  if (written === undefined) return { direct: undefined, inside: compiler };
  const names = withName(compiler.names, name, {
    arity: written.arity,
    call: (values, _context, scope) => written.call(values, scope.variables[place], scope),
  });
  const direct: Direct = (context, scope) => {
    scope.variables[place] = context;
    return undefined;
  };
  return { direct, inside: compiler.within(names) };
}

function withName(names: Names, name: string, meaning: NonNullable<ReturnType<Names['get']>>): Names {
  return new Map([...names, [name, meaning]]);
}

/** `function($a, $b) { … }`. What it is given is kept as variables: it is never under way twice. */
export function compileLambda(node: Node, compiler: DirectCompiler): Lambda | undefined {
  if (
    node.type !== 'lambda' ||
    Object.entries(node).some(([key, value]) => value !== undefined && !lambdaMembers.has(key))
  )
    return undefined;
  const { arguments: parameters = [], body } = node as Node & { readonly body: Node };
  const places = parameters.map(() => compiler.newPlace());
  const names = new Map(compiler.names);
  for (const [index, { value }] of parameters.entries())
    names.set(String(value), { place: places[index] as number });
  const evaluate = compiler.within(names).compile(body);
  if (evaluate === undefined) return undefined;
  return {
    arity: places.length,
    call(values, context, scope) {
      for (let index = 0; index < places.length; index += 1)
        scope.variables[places[index] as number] = values[index];
      return evaluate(context, scope);
    },
  };
}

const lambdaMembers: ReadonlySet<string> = new Set(['type', 'arguments', 'body', 'position']);
