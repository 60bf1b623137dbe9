import { compileJsonata, syntaxTree } from '../expression/jsonata.ts';
import type { Node } from '../node.ts';

/** A place of the input that an expression takes its items from. */
export interface ListSource {
  /** Names from the top of the input. */
  readonly names: readonly string[];
  /** Of an object there, the members are the items: `items.*`, `$each(items, …)`. */
  readonly spreads: boolean;
}

export interface ListSources {
  /** `undefined` where it cannot be told from the text. */
  readonly sources: readonly ListSource[] | undefined;
  /** The text says itself what no list means: `items ? items : []`. */
  readonly saysEmpty: boolean;
}

/**
 * Where an expression takes a list from. JSONata gives nothing both for a list of which nothing is left and for one
 * that is not there, and a lone item both for a list of one and for what is no list: only the places tell which.
 */
export function findListSources(text: string): ListSources {
  const follower: Follower = { variables: new Map(), saysEmpty: false };
  const sources = follow(syntaxTree(compileJsonata(text)) as ListNode, top, follower);
  return { sources, saysEmpty: follower.saysEmpty };
}

interface ListNode extends Node {
  readonly steps?: readonly ListNode[];
  readonly arguments?: readonly ListNode[];
  readonly procedure?: ListNode;
  readonly expressions?: readonly ListNode[];
  readonly then?: ListNode;
  readonly else?: ListNode;
}

interface Follower {
  readonly variables: Map<string, Sources>;
  saysEmpty: boolean;
}

type Sources = readonly ListSource[] | undefined;

const top: Sources = [{ names: [], spreads: false }];

function follow(node: ListNode, input: Sources, follower: Follower): Sources {
  switch (node.type) {
    case 'path':
      return (node.steps ?? []).reduce<Sources>((from, step) => followStep(step, from, follower), input);
    case 'name':
    case 'wildcard':
    case 'descendant':
      return followStep(node, input, follower);
    case 'variable':
      return followVariable(String(node.value), input, follower);
    case 'block':
      return followBlock(node.expressions ?? [], input, follower);
    case 'bind': {
      const found = follow(node.rhs as ListNode, input, follower);
      follower.variables.set(String((node.lhs as Node).value), found);
      return found;
    }
    case 'condition':
      return union([node.then, node.else].map((branch) => followBranch(branch, input, follower)));
    case 'unary':
      return node.value === '['
        ? union((node.expressions ?? []).map((each) => follow(each, input, follower)))
        : undefined;
    case 'apply':
      return applied(node.rhs as ListNode, follow(node.lhs as ListNode, input, follower));
    case 'function':
      return followCall(node, input, follower);
    default:
      return undefined;
  }
}

function followStep(step: ListNode, from: Sources, follower: Follower): Sources {
  switch (step.type) {
    case 'name':
      return from?.map(({ names, spreads }) => ({ names: [...names, String(step.value)], spreads }));
    case 'wildcard':
    case 'descendant':
      return spread(from);
    case 'sort':
      return from;
    case 'unary':
      // `items.{ … }` makes something of each item.
      return from;
    default:
      return follow(step, from, follower);
  }
}

function followVariable(name: string, input: Sources, { variables }: Follower): Sources {
  if (name === '') return input;
  return name === '$' ? top : variables.get(name);
}

function followBlock(expressions: readonly ListNode[], input: Sources, follower: Follower): Sources {
  return expressions.reduce<Sources>((_, each) => follow(each, input, follower), undefined);
}

function followBranch(branch: ListNode | undefined, input: Sources, follower: Follower): Sources {
  if (branch === undefined) return [];
  const isEmptyList =
    branch.type === 'unary' && branch.value === '[' && (branch.expressions ?? []).length === 0;
  if (!isEmptyList) return follow(branch, input, follower);
  follower.saysEmpty = true;
  return [];
}

/** Functions whose items are those of their first argument, or of all. */
const keepers = new Set([
  'filter',
  'map',
  'sort',
  'reverse',
  'shuffle',
  'distinct',
  'single',
  'append',
  'zip',
]);
/** Functions that make a list of the members of an object. */
const spreaders = new Set(['each', 'spread', 'keys']);

function followCall(node: ListNode, input: Sources, follower: Follower): Sources {
  const name = String(node.procedure?.value);
  const args = (node.arguments ?? []).filter(({ type }) => type !== 'lambda');
  const [first, second] = args;
  if (first === undefined) return undefined;
  if (name === 'append' || name === 'zip') return union(args.map((each) => follow(each, input, follower)));
  if (name === 'lookup' && second?.type === 'string')
    return follow(first, input, follower)?.map((each) => ({
      ...each,
      names: [...each.names, String(second.value)],
    }));
  return byFunction(name, follow(first, input, follower));
}

/** `items ~> $sort`, `items ~> $filter(…)` */
function applied(node: ListNode, from: Sources): Sources {
  return byFunction(String(node.type === 'function' ? node.procedure?.value : node.value), from);
}

function byFunction(name: string, from: Sources): Sources {
  if (keepers.has(name)) return from;
  return spreaders.has(name) ? spread(from) : undefined;
}

function spread(from: Sources): Sources {
  return from?.map(({ names }) => ({ names, spreads: true }));
}

/** One that cannot be followed makes all of it uncertain. */
function union(all: readonly Sources[]): Sources {
  const known = all.filter((each) => each !== undefined);
  return known.length < all.length ? undefined : known.flat();
}
