/**
 * `tradelane/conformance`: the suite that every connector passes against its simulator. It needs `vitest`, which whoever
 * calls it brings along.
 */
export type { Conformance, ResourceCase, Subject, WriteCase } from '../conformance/conformance.ts';
export { describeConformance } from '../conformance/describe-conformance.ts';
export {
  neverAborted,
  openSubject,
  readAll,
  resourceOf,
  type SubjectReading,
} from '../conformance/subject.ts';
