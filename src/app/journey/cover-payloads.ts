import { coverDifferences, coverPayload, privateTextsOf } from '../../engine/forecast/cover-differences.ts';
import { findDifferences } from '../../engine/forecast/differences.ts';
import type { PrivateTexts } from '../../schema/redact.ts';
import type { WalkedSchema } from '../../schema/walk-schema.ts';
import type { OpenPayloads } from './open-payloads.ts';
import type { ShownDifference, StepPayloads } from './step-payloads.ts';

/** As it may be shown: without private values, and with what changed since the step before. */
export function coverPayloads(
  opened: OpenPayloads,
  before: OpenPayloads | undefined,
  cover: Cover,
): StepPayloads {
  const { kept, passed, payload, proof, note } = opened;
  const { source, target } = opened.pinned?.plan ?? {};
  const isCompared = before?.payload !== undefined && payload !== undefined;
  const changes = before && {
    native: cover.changes(opened, kept.record.native, before.kept.record.native, source?.resource.schema),
    ...(isCompared && {
      payload: cover.changes(opened, payload, before.payload, target?.resource.schema),
    }),
  };
  return {
    native: cover.value(opened, kept.record.native, source?.resource.schema),
    ...(source?.entity !== undefined &&
      passed?.record !== undefined && { record: cover.value(opened, passed.record, undefined) }),
    ...(target?.entity !== undefined &&
      passed?.mapped !== undefined && { mapped: cover.value(opened, passed.mapped, undefined) }),
    ...(payload !== undefined && { payload: cover.value(opened, payload, target?.resource.schema) }),
    ...(proof && { proof }),
    ...(note !== undefined && { note }),
    ...(changes && { changes }),
  };
}

/** How values are shown. */
export interface Cover {
  value(of: OpenPayloads, value: unknown, schema: WalkedSchema['schema'] | undefined): unknown;
  changes(
    of: OpenPayloads,
    after: unknown,
    before: unknown,
    schema: WalkedSchema['schema'] | undefined,
  ): readonly ShownDifference[];
}

/** As they are. */
export const openCover: Cover = {
  value: (_of, value) => value,
  changes: (_of, after, before) => findDifferences(after, before, 'replaces').map(toShown),
};

/** Without what their schemas call private. */
export const privateCover: Cover = {
  value: (of, value, schema) => coverPayload(value, toRecordPrivacy(of), schema),
  changes: (of, after, before, schema) =>
    coverDifferences(findDifferences(after, before, 'replaces'), toRecordPrivacy(of), schema).map(toShown),
};

/** What tells private values of a record from others: by the schemas of its flow, as far as it came; else by names. */
export function toRecordPrivacy({ pinned, passed }: Pick<OpenPayloads, 'pinned' | 'passed'>): PrivateTexts {
  const entity = (name: string): WalkedSchema | undefined => {
    const entities = pinned?.workspace.entities;
    const schema = entities?.get(name)?.schema;
    return entities && schema && { schema, refs: [...entities.values()].map((each) => each.schema) };
  };
  const plan = pinned?.plan;
  return plan
    ? privateTextsOf(plan, passed ?? {}, entity)
    : { private: new Set<string>(), open: new Set<string>(), isBlind: true };
}

function toShown({
  path,
  before,
  after,
}: {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}): ShownDifference {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
