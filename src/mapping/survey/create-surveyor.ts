import type { Node } from '../node.ts';
import { followCall } from './follow-call.ts';
import type { SurveyNotes } from './notes.ts';
import { constantOffset, wordOffset } from './offsets.ts';
import type { SurveyNode, Surveyor } from './surveyor.ts';
import {
  type Closure,
  madeOf,
  ofKind,
  oneOf,
  type SurveyedKind,
  type SurveyScope,
  unknown,
  type Value,
} from './value.ts';

/** More than any expression that somebody wrote by hand takes. */
const maxDepth = 500;
const maxSteps = 50_000;

/** An interpreter that calculates with places of the input instead of values. */
export function createSurveyor(notes: SurveyNotes): Surveyor {
  const waiting = new Set<Closure>();
  const underWay = new Map<Node, number>();
  let depth = 0;
  let steps = 0;
  let isCut = false;

  const surveyor: Surveyor = {
    notes,
    follow(node, scope) {
      steps += 1;
      isCut ||= depth >= maxDepth || steps > maxSteps;
      if (isCut) return unknown;
      depth += 1;
      try {
        const value = followNode(surveyor, node, scope);
        if (value.closure !== undefined) waiting.add(value.closure);
        return withParts(surveyor, node, { value, scope });
      } finally {
        depth -= 1;
      }
    },
    apply(closure, args) {
      waiting.delete(closure);
      return followClosure(surveyor, underWay, { closure, args });
    },
    release(value) {
      if (value.closure !== undefined) surveyor.apply(value.closure, []);
    },
    readMember(from, name, offset) {
      notes.reads.push({ name, offset, parents: from.places });
      if (from.places === undefined) return unknown;
      const places = from.places.map((place) => [...place, name]);
      return { places, numbers: places };
    },
    finish() {
      for (const closure of waiting) surveyor.apply(closure, []);
      return !isCut;
    },
  };

  return surveyor;
}

/** A function of the expression's own, called; `underWay`: how often each is being followed now. */
function followClosure(
  surveyor: Surveyor,
  underWay: Map<Node, number>,
  { closure, args }: { readonly closure: Closure; readonly args: readonly Value[] },
): Value {
  // A function that calls itself is followed once more with anything, so that nothing is said of it that only holds
  // for the first call.
  const calls = underWay.get(closure.node) ?? 0;
  if (calls > 1) return unknown;
  underWay.set(closure.node, calls + 1);
  const parameters = (closure.node.arguments ?? []).map(({ value }) => String(value));
  const variables = new Map(closure.scope.variables);
  for (const [index, name] of parameters.entries())
    variables.set(name, calls > 0 ? unknown : (args[index] ?? unknown));
  const { body } = closure.node as SurveyNode;
  const value = body === undefined ? unknown : surveyor.follow(body, { ...closure.scope, variables });
  underWay.set(closure.node, calls);
  return value;
}

/** What stands behind a node: predicates, and what it groups by. */
function withParts(
  surveyor: Surveyor,
  node: SurveyNode,
  { value, scope }: { readonly value: Value; readonly scope: SurveyScope },
): Value {
  if (node.type !== 'path')
    for (const part of node.predicate ?? []) followStage(surveyor, part, value, scope);
  if (node.group === undefined) return value;
  followPairs(surveyor, node.group.lhs, { ...scope, input: value });
  return ofKind('object');
}

function followNode(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  switch (node.type) {
    case 'path':
      return followPath(surveyor, node.steps ?? [], scope);
    case 'name':
      return readName(surveyor, node, scope.input);
    case 'variable':
      return readVariable(surveyor, node, scope);
    case 'string':
      return { numbers: [], kind: 'text', constant: String(node.value) };
    case 'number':
      return { numbers: [], kind: 'number', constant: Number(node.value) };
    case 'value':
      return {
        numbers: [],
        kind: node.value === null ? 'nothing' : 'truth',
        constant: node.value as boolean | null,
      };
    case 'binary':
      return followBinary(surveyor, node, scope);
    case 'unary':
      return followUnary(surveyor, node, scope);
    case 'condition':
      return followCondition(surveyor, node, scope);
    case 'block':
      return followBlock(surveyor, node.expressions ?? [], scope);
    case 'bind':
      return followBind(surveyor, node, scope);
    case 'lambda':
      // JSONata wraps a call in tail position into a function without parameters, and calls that at once.
      if (node.thunk === true && node.body !== undefined) return surveyor.follow(node.body, scope);
      return { numbers: [], closure: { node, scope } };
    case 'function':
    case 'partial':
    case 'apply':
      return followCall(surveyor, node, scope);
    case 'transform':
      return { numbers: [], closure: { node, scope } };
    default:
      // Wildcards, parents, regular expressions: what they give is not followed.
      return unknown;
  }
}

function followPath(surveyor: Surveyor, steps: readonly SurveyNode[], outer: SurveyScope): Value {
  let { input, variables } = outer;
  for (const step of steps) {
    const scope = { input, variables };
    let value = step.type === 'sort' ? input : surveyor.follow(step, scope);
    for (const { expression } of step.terms ?? []) surveyor.follow(expression, scope);
    if (step.focus !== undefined) variables = new Map(variables).set(step.focus, value);
    if (step.index !== undefined) variables = new Map(variables).set(step.index, ofKind('number'));
    for (const stage of step.stages ?? []) {
      if (stage.type === 'index') variables = new Map(variables).set(String(stage.value), ofKind('number'));
      else followStage(surveyor, stage, value, { input, variables });
    }
    // `@$v` names what it found, and goes on from where it was.
    if (step.focus !== undefined) value = input;
    input = value;
  }
  return input;
}

function followStage(surveyor: Surveyor, stage: SurveyNode, value: Value, scope: SurveyScope): void {
  if (stage.expr !== undefined) surveyor.follow(stage.expr, { ...scope, input: value });
}

function readName(surveyor: Surveyor, node: SurveyNode, from: Value): Value {
  return surveyor.readMember(from, String(node.value), wordOffset(surveyor.notes.text, node));
}

function readVariable({ notes }: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  const name = String(node.value);
  if (name === '') return scope.input;
  return notes.rebound.has(name) ? unknown : (scope.variables.get(name) ?? unknown);
}

const calculations = new Set(['+', '-', '*', '/', '%']);

function followBinary(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  const [lhs, rhs] = [node.lhs as SurveyNode, node.rhs as SurveyNode];
  const [left, right] = [surveyor.follow(lhs, scope), surveyor.follow(rhs, scope)];
  const operator = String(node.value);
  if (operator === '&') return ofKind('text');
  if (operator === '..') return ofKind('list');
  if (!calculations.has(operator)) {
    noteComparison(surveyor.notes, node, [left, right]);
    return ofKind('truth');
  }
  const operands = [left, right];
  surveyor.notes.arithmetic.push({ operator, offset: wordOffset(surveyor.notes.text, node), operands });
  return { ...madeOf(operands, 'number'), isFloat: true };
}

function noteComparison(notes: SurveyNotes, node: SurveyNode, [left, right]: readonly [Value, Value]): void {
  const { text, comparisons } = notes;
  const operator = String(node.value);
  const [value, other] =
    left.places === undefined && operator !== 'in' ? [right, node.lhs] : [left, node.rhs];
  if (value.places === undefined) return;
  const written = other as SurveyNode;
  const items = operator === 'in' && written.type === 'unary' ? (written.expressions ?? []) : [written];
  const constants = items.filter(({ type }) => type === 'string' || type === 'number');
  if (constants.length === 0 || constants.length < items.length) return;
  comparisons.push({
    operator,
    places: value.places,
    offset: wordOffset(text, node),
    constants: constants.map((item) => ({
      value: item.value as string | number,
      offset: constantOffset(text, item),
    })),
  });
}

function followUnary(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  if (node.value === '{') {
    followPairs(surveyor, node.lhs as readonly (readonly [SurveyNode, SurveyNode])[], scope);
    return ofKind('object');
  }
  if (node.value === '[') {
    const items = (node.expressions ?? []).map((each) => surveyor.follow(each, scope));
    for (const item of items) surveyor.release(item);
    return { ...oneOf(items), kind: 'list' };
  }
  const value = node.expression === undefined ? unknown : surveyor.follow(node.expression, scope);
  return madeOf([value], 'number');
}

function followPairs(
  surveyor: Surveyor,
  pairs: readonly (readonly [SurveyNode, SurveyNode])[],
  scope: SurveyScope,
): void {
  for (const part of pairs.flat()) surveyor.release(surveyor.follow(part, scope));
}

function followCondition(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  if (node.condition !== undefined) surveyor.follow(node.condition, scope);
  const branches = [node.then, node.else].map((each) =>
    each === undefined ? undefined : surveyor.follow(each, scope),
  );
  const values = branches.filter((value) => value !== undefined);
  if (values.length > 1) for (const value of values) surveyor.release(value);
  // Without an `else` it gives nothing, which no kind says.
  const [kind]: readonly (SurveyedKind | undefined)[] = values.length > 1 ? [oneOf(values).kind] : [];
  const { kind: _, constant: __, ...value } = oneOf(values);
  return kind === undefined ? value : { ...value, kind };
}

function followBlock(surveyor: Surveyor, expressions: readonly SurveyNode[], outer: SurveyScope): Value {
  const variables = new Map(outer.variables);
  const scope = { ...outer, variables };
  let value = unknown;
  for (const expression of expressions) value = surveyor.follow(expression, scope);
  return value;
}

/** The frame of the block around it is written to: what follows, and functions that are called later, see it. */
function followBind(surveyor: Surveyor, node: SurveyNode, scope: SurveyScope): Value {
  const value = surveyor.follow(node.rhs as SurveyNode, scope);
  (scope.variables as Map<string, Value>).set(String((node.lhs as SurveyNode).value), value);
  return value;
}
