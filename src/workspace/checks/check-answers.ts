import { compileAnswers } from '../../connect/compile-answers.ts';
import type { JsonObject } from '../../contract/json.ts';
import { createFinding, type Finding, toFinding } from '../finding.ts';
import type { SourceDocument } from '../text/source-document.ts';
import type { ConnectorEntry } from '../workspace.ts';
import { checkShape } from './shape/check-shape.ts';

const names = ['responses', 'error'] as const;

/** What a connection says of answers. */
export function answersOf(connection: JsonObject): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => (connection[name] === undefined ? [] : [[name, connection[name]] as const])),
  );
}

/** Checks `responses` and `error` of a connection: their shape, then that they compile as those of a manifest do. */
export function checkAnswers(
  name: string,
  value: JsonObject,
  entry: ConnectorEntry,
  { document }: { readonly document: SourceDocument },
): readonly Finding[] {
  const answers = answersOf(value);
  const path = ['connections', name];
  const [first] = Object.keys(answers);
  if (first === undefined || entry.connector === undefined) return [];
  const schema = entry.connector.answers;
  if (schema === undefined) {
    const message = `the connector "${entry.name}" asks nobody over HTTP: nothing can be said of answers here`;
    return [createFinding('TLW_KEY_UNKNOWN', document.keyPlace([...path, first]), message)];
  }
  const shape = {
    name: `answers of connector ${entry.name}`,
    schema,
    others: [],
    isOurs: entry.kind === 'manifest',
  };
  const findings = checkShape({ document, shape, value: answers, at: path });
  if (findings.length > 0) return findings;
  try {
    compileAnswers({ value: answers, path, placeOf: document.placeOf });
    return [];
  } catch (error) {
    return [toFinding('TLW_RESOURCE_INVALID', error, document.keyPlace([...path, first]))];
  }
}
