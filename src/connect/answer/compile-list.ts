import { isJsonObject } from '../../contract/json.ts';
import { orElse } from '../../contract/soon.ts';
import type { Bindings } from '../../mapping/expression/bindings.ts';
import { findListSources, type ListSource, type ListSources } from '../../mapping/survey/list-sources.ts';
import { choiceOf, type Declaration, elements, toExpression } from '../declaration.ts';
import { describeInstead } from './describe-answer.ts';

/** What a manifest takes where it asks for a list, besides a list. */
export type Instead = 'object' | 'empty' | 'missing' | 'noBody';

/** An expression for a list: of records, of results, of failures. */
export interface List {
  readonly text: string | undefined;
  readonly instead: ReadonlySet<Instead>;
  /** The items; or where there is no list, what there is instead, in words that hold names and kinds, and no value. */
  take(body: unknown, bindings?: Bindings): Promise<readonly unknown[] | NoList>;
}

export interface NoList {
  readonly problem: string;
}

/** Without an expression the body itself is the list. */
export function compileList(declared: Declaration | undefined, instead: ReadonlySet<Instead>): List {
  const expression = declared && toExpression(declared);
  if (expression === undefined) {
    return { text: undefined, instead, take: async (body) => judge(whole, body, { body, instead }) };
  }
  const sources = findListSources(expression.text);
  const evaluate = expression.evaluate;
  return {
    text: expression.text,
    instead,
    async take(body, bindings) {
      const found = await orElse(() => evaluate(body, bindings), tooDeep);
      if (found === deep) return { problem: 'it is nested too deeply to be looked through' };
      // The usual answer: what is there and holds something needs no proof.
      if (Array.isArray(found) && found.some((each) => each !== null && each !== undefined)) return found;
      return judge(sources, found, { body, instead });
    },
  };
}

const deep = Symbol('nested too deeply');

function tooDeep(thrown: unknown): symbol {
  if (thrown instanceof RangeError) return deep;
  throw thrown;
}

export function compileInstead(declared: Declaration | undefined): ReadonlySet<Instead> {
  if (declared === undefined) return new Set();
  const all = Array.isArray(declared.value) ? elements(declared) : [declared];
  return new Set(all.map((each) => choiceOf(each, ['object', 'empty', 'missing', 'noBody'])));
}

export function isNoList(taken: readonly unknown[] | NoList): taken is NoList {
  return 'problem' in taken;
}

const whole: ListSources = { sources: [{ names: [], spreads: false }], saysEmpty: false };

interface Judged {
  readonly body: unknown;
  readonly instead: ReadonlySet<Instead>;
}

function judge(
  { sources, saysEmpty }: ListSources,
  found: unknown,
  { body, instead }: Judged,
): readonly unknown[] | NoList {
  const kind = sources === undefined ? 'unknown' : bestKind(sources.map((each) => kindAt(body, each)));
  if (Array.isArray(found)) {
    if (kind === 'list' || saysEmpty || (kind === 'unknown' && found.length === 0)) return found;
  } else if (kind === 'list') {
    return found === undefined || found === null ? [] : [found];
  }
  if (instead.has('object') && isJsonObject(found) && Object.keys(found).length > 0) return [found];
  const isEmpty = found === undefined || found === null || found === '' || Array.isArray(found);
  if (isEmpty && kind === 'null' && instead.has('empty')) return [];
  if (isEmpty && kind === 'nothing' && instead.has('missing') && isJsonObject(body)) return [];
  const problem = describeInstead(body, sources?.[0]?.names ?? [], found);
  return { problem: `${problem}${hints[kind] ?? ''}` };
}

/** What may have been meant; a list that is missing altogether is most often an error. */
const hints: Partial<Record<AnswerKind, string>> = {
  object: '; if that is one record, say `instead: object`',
  null: '; if it means that there are none, say `instead: empty`',
};

/** Of several places one that is a list proves that the answer is one. */
function bestKind(kinds: readonly AnswerKind[]): AnswerKind {
  if (kinds.includes('list')) return 'list';
  return kinds.find((kind) => kind !== 'nothing') ?? 'nothing';
}

/** What stands at a place of an answer. `null`: that, or an empty text, as of an empty element of XML. */
type AnswerKind = 'list' | 'object' | 'null' | 'nothing' | 'other' | 'unknown';

/** What an answer has where a list is taken from; a list on the way makes a list of what is taken from it. */
function kindAt(body: unknown, { names, spreads }: ListSource, depth = 0): AnswerKind {
  const [name, ...rest] = names;
  if (Array.isArray(body)) {
    if (name === undefined || body.length === 0) return 'list';
    if (depth > maxNested) return 'nothing';
    return body.some((each) => kindAt(each, { names, spreads }, depth + 1) !== 'nothing')
      ? 'list'
      : 'nothing';
  }
  if (body === null || body === '') return 'null';
  if (body === undefined) return 'nothing';
  if (name === undefined) return isJsonObject(body) ? (spreads ? 'list' : 'object') : 'other';
  return isJsonObject(body) && Object.hasOwn(body, name)
    ? kindAt(body[name], { names: rest, spreads })
    : 'nothing';
}

/** Lists in lists: more than anybody sends on purpose. */
const maxNested = 50;
