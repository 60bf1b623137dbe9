/**
 * `tradelane/conformance`: the suite that every connector passes against its simulator. It needs `vitest`, which whoever
 * calls it brings along.
 */
export {
  type Conformance,
  describeConformance,
  type ResourceCase,
  type Subject,
  type WriteCase,
} from '../conformance/describe-conformance.ts';
export {
  neverAborted,
  openSubject,
  readAll,
  resourceOf,
  type SubjectReading,
} from '../conformance/subject.ts';
