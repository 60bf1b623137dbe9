import type { FaultCode } from '../../contract/fault-table.ts';
import type { ManifestOperation } from '../../contract/generated/connector.ts';

/** What a request is for; decides how an answer, or none, is understood. */
export const operations: readonly Operation[] = ['read', 'find', 'create', 'update', 'upsert', 'delete'];

export type Operation = ManifestOperation;

export function isWrite(operation: Operation): boolean {
  return operation !== 'read' && operation !== 'find';
}

/** What is known of a request when its answer is judged. */
export interface RequestTraits {
  readonly operation: Operation;
  /** Sending it twice has the effect of sending it once. */
  readonly idempotent: boolean;
}

/** Whether the write may have happened although no usable answer came. */
export function unknownOr(code: FaultCode, { operation, idempotent }: RequestTraits): FaultCode {
  return isWrite(operation) && !idempotent ? 'TL_TARGET_UNKNOWN' : code;
}
