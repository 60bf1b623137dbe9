import type { JsonObject } from '../../../contract/json.ts';
import { compileSchema, type Problem } from '../../../schema/compile-schema.ts';
import { createFinding, type Finding, type FindingCode } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { rootNode } from '../schema-node.ts';
import type { Complaint } from './complaint.ts';
import { explainedKeywords, explainMisfit } from './explain-misfit.ts';

export interface FileShape {
  /** What the schema describes, for messages. */
  readonly name: string;
  readonly schema: JsonObject;
  /** Schemas that a `$ref` of this one may name by `$id`. */
  readonly others: readonly JsonObject[];
  /** All of these come with the package. */
  readonly isOurs: boolean;
}

export interface ShapeCheck {
  readonly document: SourceDocument;
  readonly shape: FileShape;
  readonly value: unknown;
  /** Where in the document the value stands. */
  readonly at: Path;
  /** Places whose value is not known, such as one that comes from a missing environment variable. */
  readonly skip?: (path: Path) => boolean;
  /** The text as written where it holds references: what they stand for is never shown. */
  readonly written?: (path: Path) => string | undefined;
}

const codes: Readonly<Record<Complaint['problem'], FindingCode>> = {
  unknownKey: 'TLW_KEY_UNKNOWN',
  missingKey: 'TLW_KEY_MISSING',
  name: 'TLW_VALUE_FORMAT',
  type: 'TLW_VALUE_TYPE',
  choice: 'TLW_VALUE_CHOICE',
  format: 'TLW_VALUE_FORMAT',
  range: 'TLW_VALUE_RANGE',
};

/** Checks (part of) a document against a JSON Schema; each finding stands at the key or value that is wrong. */
export function checkShape(check: ShapeCheck): readonly Finding[] {
  const { document, shape, value, at } = check;
  const { name, schema, others: refs, isOurs } = shape;
  const problems = compileSchema(schema, { name, refs, isOurs })(value);
  if (problems.length === 0) return [];
  return complaintsOf(shape, value, problems)
    .map((complaint) => ({ ...complaint, path: [...at, ...complaint.path] }))
    .filter((complaint) => check.skip?.(complaint.path) !== true)
    .map((complaint) => toFinding(document, { ...complaint, message: withoutSecret(complaint, check) }));
}

function withoutSecret(complaint: Complaint, check: ShapeCheck): string {
  const written = check.written?.(complaint.path);
  return written === undefined
    ? complaint.message
    : complaint.message.replace(/got [\s\S]*$/, `got the value of ${written}`);
}

function complaintsOf(shape: FileShape, value: unknown, problems: readonly Problem[]): readonly Complaint[] {
  const explained = explainMisfit(rootNode(shape.schema, shape.others), value);
  const others = problems
    .filter(({ keyword }) => !explainedKeywords.has(keyword))
    .filter(({ path }, index, all) => all.findIndex((other) => other.path === path) === index)
    .map(toComplaint)
    .filter(
      (other) => !explained.some(({ path }) => isWithin(path, other.path) || isWithin(other.path, path)),
    );
  const all = [...explained, ...others];
  const [first] = problems;
  if (all.length > 0 || first === undefined) return all;
  return [toComplaint(first)];
}

function toComplaint({ segments, message, keyword }: Problem): Complaint {
  const name = segments.at(-1);
  const problem = keyword.startsWith('dependent') ? 'missingKey' : 'format';
  return { problem, path: segments, message: name === undefined ? message : `"${name}" ${message}` };
}

function toFinding(document: SourceDocument, complaint: Complaint): Finding {
  const { problem, path } = complaint;
  const isAboutKey = problem === 'unknownKey' || problem === 'missingKey' || problem === 'name';
  const place = isAboutKey ? document.keyPlace(path) : document.valuePlace(path);
  return createFinding(codes[problem], place, complaint.message, complaint.hint);
}

function isWithin(outer: Path, inner: Path): boolean {
  return outer.every((segment, index) => inner[index] === segment);
}
