import type { JsonObject } from '../../../contract/json.ts';
import type { Finding } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import type { SchemaNode } from '../schema-node.ts';
import { checkOverlays } from './check-overlays.ts';
import { checkScope } from './check-scope.ts';
import { requestsOf, templatesIn, textsOf } from './resource-requests.ts';

/** A resource of a manifest, or one that a connection declares. */
export interface DeclaredResourceAt {
  readonly document: SourceDocument;
  readonly path: Path;
  readonly resource: JsonObject;
  /** Of the connection's `config`. */
  readonly config: SchemaNode | undefined;
}

/** Do the requests of a resource say what their writer meant? */
export function checkRequests({ document, path, resource, config }: DeclaredResourceAt): readonly Finding[] {
  return requestsOf(path, resource).flatMap((declared) => {
    const texts = textsOf(declared);
    const ofScope = checkScope(document, texts, { names: declared.scope, config });
    // A name that is misspelled explains why nothing speaks of the cursor.
    const ofOverlays = checkOverlays(document, declared, texts);
    return [
      ...ofScope,
      ...(ofScope.length === 0 ? ofOverlays : ofOverlays.filter(({ code }) => code !== 'TLW_CURSOR_UNSENT')),
    ];
  });
}

/** What a manifest says about the connection as a whole may speak of its configuration only. */
export function checkSessionTexts(
  document: SourceDocument,
  manifest: JsonObject,
  config: SchemaNode,
): readonly Finding[] {
  const texts = ['baseUrl', 'headers', 'auth', 'timeout', 'maxResponse'].flatMap((name) =>
    templatesIn([name], manifest[name]),
  );
  return checkScope(document, texts, { names: ['config'], config });
}
