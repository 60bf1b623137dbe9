import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { checkTestCases } from '../checks/flow-test/check-test-cases.ts';
import { checkTestNames, type TestContext } from '../checks/flow-test/check-test-names.ts';
import { checkShape } from '../checks/shape/check-shape.ts';
import { isTestPath } from '../load/paths.ts';
import { parseSource } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { TestEntry } from '../workspace.ts';

/** The files of flow tests, checked. Texts in them stand for themselves: `${NAME}` is no reference here. */
export function parseTests(
  files: Iterable<SourceFile>,
  context: TestContext & { readonly shape: JsonObject },
): readonly TestEntry[] {
  return [...files].filter((file) => isTestPath(file.path)).map((file) => parseTest(file, context));
}

function parseTest(file: SourceFile, context: TestContext & { readonly shape: JsonObject }): TestEntry {
  const document = parseSource(file);
  const { value } = document;
  const flow = isJsonObject(value) && typeof value.flow === 'string' ? value.flow : '';
  const entry = { file: file.path, flow, document };
  if (!document.isReliable) return { ...entry, value: undefined, findings: document.findings };
  const shape = { name: 'test', schema: context.shape, others: [], isOurs: true };
  const findings = [...document.findings, ...checkShape({ document, shape, value, at: [] })];
  if (isJsonObject(value)) {
    findings.push(...checkTestNames(document, value, context), ...checkTestCases(document, value, context));
  }
  return { ...entry, value, findings };
}
