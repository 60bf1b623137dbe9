import type { PatchChange, PatchWish } from '../../app/patch/patch.ts';
import type { ReplayManner } from '../../app/replay/replay-manner.ts';
import type { FlowOfInput, FromInput, PatchInput } from '../../contract/generated/endpoints.ts';

/** How a replay is to be, as endpoints are told. */
export interface ReplayInput {
  readonly patch?: PatchInput;
  readonly isForced?: boolean;
  readonly flowOf?: FlowOfInput;
  readonly from?: FromInput;
}

/** `undefined`: nothing is changed, and nothing forced. */
export function toPatchWish({ patch = [], isForced = false }: ReplayInput): PatchWish | undefined {
  if (patch.length === 0 && !isForced) return undefined;
  return { changes: patch.map(toChange), isForced };
}

function toChange(change: PatchInput[number], nth: number): PatchChange {
  const typedAs = change.typedAs ?? `patch[${nth}]`;
  return change.kind === 'table'
    ? { ...change, typedAs, file: change.file ?? typedAs }
    : { ...change, typedAs };
}

/** `undefined`: nothing is said of it. */
export function toWay({ flowOf, from }: ReplayInput): ReplayManner['way'] | undefined {
  if (flowOf === undefined && from === undefined) return undefined;
  return { flowOf: flowOf ?? 'now', from: from ?? 'start' };
}
