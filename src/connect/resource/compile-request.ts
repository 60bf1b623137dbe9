import { Fault } from '../../contract/fault.ts';
import type { ManifestRead } from '../../contract/generated/connector.ts';
import { present } from '../../contract/present.ts';
import { andThen, type Soon } from '../../contract/soon.ts';
import { quoteName } from '../../contract/text/record-bounds.ts';
import type { MappingTree } from '../../mapping/tree.ts';
import { compileText, compileTexts, type TemplateScope, type Text, type Texts } from '../compile-text.ts';
import { type Declaration, member, pathText, required, textOf, toTree } from '../declaration.ts';
import { describeNoParameter, encodePathPart, isParameter } from './encode-url.ts';
import { expressionsOf, mentions } from './mentions.ts';
import { refuseWithout, speaksOfRecord, unusable } from './unusable-part.ts';

/** A request as a manifest declares it, compiled: `method`, `path`, `query`, `headers`, `body`. */
export interface RequestTemplate {
  readonly method: string;
  readonly label: string;
  readonly declared: Declaration;
  /** Does any of its expressions speak of `word` of the scope? */
  mentions(word: string): boolean;
  /** Does the path itself, up to a query, speak of it? */
  pathNames(word: string): boolean;
  /** There are no expressions in it: its parts are the same every time. */
  readonly isFixed: boolean;
  /** At once where no expression has to wait. */
  evaluate(scope: TemplateScope): Soon<RequestParts>;
}

export interface RequestParts {
  /** Encoded, from the base URL on. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined`: no body is declared. */
  readonly body: unknown;
}

/** What all operations say of their request. */
type RequestDeclared = Pick<ManifestRead, 'method' | 'path' | 'query' | 'headers' | 'body'>;

export function compileRequest(
  declared: Declaration<RequestDeclared>,
  defaultMethod: string,
): RequestTemplate {
  const methodDeclared = member(declared, 'method');
  const method = (methodDeclared === undefined ? defaultMethod : textOf(methodDeclared)).toUpperCase();
  const bodyDeclared = member(declared, 'body');
  const parts: Parts = {
    declared,
    path: compileText(required(declared, 'path'), encodePathPart),
    query: compileTexts(member(declared, 'query')),
    headers: compileTexts(member(declared, 'headers')),
    body: bodyDeclared && toTree(bodyDeclared),
  };
  const { source } = parts.path;
  const { templates, bodies } = expressionsOf(declared);
  const expressions = [...templates, ...bodies];

  return {
    method,
    label: `${method} ${source}`,
    declared,
    mentions: (word) => mentions(expressions, word),
    pathNames: (word) => mentions(expressionsInPath(source), word),
    isFixed: isFixed(parts),
    evaluate: compileEvaluate(parts),
  };
}

/** Those up to the query; a `?` inside of an expression begins none. */
function expressionsInPath(source: string): readonly string[] {
  const [path] = present(/^(?:\{\{.*?\}\}|[^?])*/s.exec(source), 'the path of a request');
  return [...path.matchAll(/\{\{(.*?)\}\}/gs)].map((match) =>
    present(match[1], 'an expression between braces'),
  );
}

interface Parts {
  readonly declared: Declaration;
  readonly path: Text;
  readonly query: Texts;
  readonly headers: Texts;
  readonly body: MappingTree | undefined;
}

function isFixed({ path, query, headers, body }: Parts): boolean {
  return path.isFixed && query.isFixed && headers.isFixed && body === undefined;
}

function compileEvaluate(parts: Parts): RequestTemplate['evaluate'] {
  if (!isFixed(parts)) return (scope) => evaluateParts(parts, scope);
  let fixed: Soon<RequestParts> | undefined;
  return (scope) => {
    fixed ??= evaluateParts(parts, scope);
    return fixed;
  };
}

/** One after the other: what is wrong with the first is reported. */
function evaluateParts(parts: Parts, scope: TemplateScope): Soon<RequestParts> {
  const { path: pathText, query: queryTexts, headers: headerTexts, body: bodyTree } = parts;
  return andThen(pathText.evaluate(scope), (path) => {
    if (typeof path !== 'string') return refuseWithout(pathText.declared, scope);
    return andThen(queryTexts.evaluate(scope), (values) => {
      const query = refuseObjects(parts, values);
      return andThen(headerTexts.evaluate(scope), (texts) => {
        const headers = refuseUnsendable(headerTexts, texts);
        return andThen(bodyTree?.apply(scope), (body) => ({ path, query, headers, body }));
      });
    });
  });
}

/** Reported here, where it is known whose value it is. */
function refuseObjects({ declared, query }: Parts, values: RequestParts['query']): RequestParts['query'] {
  for (const name in values) {
    if (isParameter(values[name])) continue;
    const at = member(member(declared, 'query'), name) ?? declared;
    throw unusable(
      present(query.sources[name], 'a parameter'),
      `${pathText(at)}: ${describeNoParameter(name)}`,
      at,
    );
  }
  return values;
}

export function toHeaders(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name in values) headers[name.toLowerCase()] = String(values[name]);
  return headers;
}

/**
 * A header carries one line of Latin-1 (RFC 9110 section 5.5). What of a record cannot stand in it is that record's
 * fault, anything else the configuration's.
 */
function refuseUnsendable({ sources }: Texts, values: RequestParts['query']): RequestParts['headers'] {
  for (const name in values) {
    if (!isParameter(values[name]))
      throw unusable(
        present(sources[name], 'a header'),
        `the header ${name} must be a text, a number, true or false, got an object`,
      );
  }
  const headers = toHeaders(values);
  for (const name in headers) {
    const value = present(headers[name], 'a header');
    const [character] = /[^\t\x20-\x7e\x80-\xff]/u.exec(value) ?? [];
    if (character === undefined) continue;
    const declared = Object.entries(sources).find(([each]) => each.toLowerCase() === name);
    const message = `the header ${name} cannot hold the character ${nameOf(character)}, got ${quoteName(value)}`;
    throw new Fault(
      speaksOfRecord(present(declared, 'a header')[1]) ? 'TL_KEY_INVALID' : 'TL_CONNECTION_CONFIG',
      message,
    );
  }
  return headers;
}

function nameOf(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}
