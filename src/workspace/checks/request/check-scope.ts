import { surveyExpression } from '../../../mapping/survey/survey.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { SourceDocument } from '../../text/source-document.ts';
import { hintFor } from '../../text/suggest.ts';
import { namesAt } from '../expressions/schema-places.ts';
import type { SchemaNode } from '../schema-node.ts';
import type { RequestText } from './resource-requests.ts';

/** What the expressions of one request may speak of. */
export interface RequestScope {
  readonly names: readonly string[];
  /** Of a connection's `config`, where it is known. */
  readonly config: SchemaNode | undefined;
}

/**
 * Names that a request has no value for: it would be sent without what they were to say, or for every record not at all.
 */
export function checkScope(
  document: SourceDocument,
  texts: readonly RequestText[],
  scope: RequestScope,
): readonly Finding[] {
  return texts.flatMap(({ path, text, offset: start }): readonly Finding[] => {
    const survey = text.includes('${') ? undefined : surveyExpression(text);
    const unknown = (survey?.reads ?? []).flatMap(({ name, offset, parents = [] }) => {
      const place = () => document.placeIn(path, start + offset);
      if (parents.some((parent) => parent.length === 0) && !scope.names.includes(name)) {
        const message = `\`${name}\` has no value here: a request may speak of ${scope.names.join(', ')}`;
        return [createFinding('TLW_NAME_UNKNOWN', place(), message, hintFor(name, scope.names))];
      }
      const known = scope.config === undefined ? [] : namesAt(scope.config, []);
      if (!parents.some((parent) => parent.join() === 'config') || known.length === 0) return [];
      if (known.includes(name)) return [];
      const message = `\`config\` of the connection has no "${name}"`;
      return [createFinding('TLW_NAME_UNKNOWN', place(), message, hintFor(name, known))];
    });
    return unknown.filter(
      ({ line, column }, nth) =>
        unknown.findIndex((other) => other.line === line && other.column === column) === nth,
    );
  });
}
