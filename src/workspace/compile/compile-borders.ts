import { Fault } from '../../contract/fault.ts';
import { flowDefaults } from '../../contract/generated/defaults.ts';
import type { FlowContract, FlowContractMode, FlowFile } from '../../contract/generated/flow.ts';
import type { JsonObject } from '../../contract/json.ts';
import {
  compileRecordCheck,
  type Judgement,
  type Problem,
  type RecordCheck,
} from '../../schema/compile-schema.ts';
import { type Deviation, toSegments } from '../../schema/deviation.ts';
import { takeOut } from '../../schema/take-out.ts';
import { toDeviation } from '../../schema/to-deviation.ts';
import { referencedSchemas } from '../parts/referenced-schemas.ts';
import type { Steps, ValidationResult } from './plan.ts';
import type { StepsInput } from './steps-input.ts';

/**
 * The flow's borders: the record as `source.as` gives it, the mapped record and the payload for the target. What is
 * done there with what does not fit, its `contract` says. A delete needs the key alone, so nothing it maps is checked.
 */
export function compileBorders(
  input: StepsInput,
): Pick<Steps, 'validateRecord' | 'validateEntity' | 'validatePayload'> {
  const { workspace, flow, target } = input;
  const contract = toContract(flow);
  const isDelete = flow.target.write === 'delete';
  const mapped = isDelete ? undefined : mappedEntity(flow);
  const read = flow.source.as;
  // Without a mapping the record meets the same schema at the target's border: what is let through here is seen there.
  const isSeenLater = contract.source === 'evolve' && !isReshaped(flow) && read === mapped;
  const entity = (name: string, side: Border['side']): Border => ({
    ...entityBorder(workspace, name),
    ...{ side, entity: name, mode: contract[side] },
  });
  const { schema, name } = target.resource;
  // What the mapping of the target still has to read stays text.
  const isWritten = schema === undefined && (target.entity === undefined || !target.resource.entity?.to);
  return {
    ...(read !== undefined && !isSeenLater && { validateRecord: compileBorder(entity(read, 'source')) }),
    ...(mapped !== undefined && {
      validateEntity: compileBorder({ ...entity(mapped, 'target'), ...(isWritten && { isLast: true }) }),
    }),
    ...(schema !== undefined &&
      !isDelete && {
        validatePayload: compileBorder({
          ...payloadBorder(schema, name),
          side: 'target',
          mode: contract.target,
          isLast: true,
        }),
      }),
  };
}

type Validate = (value: unknown) => ValidationResult;

interface Border {
  readonly side: Deviation['side'];
  readonly mode: FlowContractMode;
  readonly entity?: string;
  /** What is checked, for messages. */
  readonly what: string;
  readonly code: 'TL_VALIDATE_ENTITY' | 'TL_VALIDATE_PAYLOAD';
  readonly schema: RecordCheck;
  /** What passes is what is written: what the schema wants as a number is one from here on. */
  readonly isLast?: true;
}

function toContract({ contract }: FlowFile): Required<FlowContract> {
  if (typeof contract === 'string') return { source: contract, target: contract };
  return { ...flowDefaults.contract, ...contract };
}

function isReshaped({ map, set }: FlowFile): boolean {
  return map !== undefined || set !== undefined;
}

/**
 * The mapped record is checked against `target.as`. Without it, a record that is still what `source.as` says (neither
 * `set` nor `map` changed it) is checked against that; a mapping to a native payload has no entity to be checked against.
 */
function mappedEntity(flow: FlowFile): string | undefined {
  return flow.target.as ?? (isReshaped(flow) ? undefined : flow.source.as);
}

function entityBorder(
  workspace: StepsInput['workspace'],
  name: string,
): Pick<Border, 'what' | 'code' | 'schema'> {
  const entity = workspace.entities.get(name);
  if (entity === undefined) {
    throw new Fault('TL_WORKSPACE_INVALID', `the schema of the entity "${name}" cannot be used`);
  }
  const all = [...workspace.entities.values()].map(({ schema }) => schema);
  const refs = referencedSchemas(entity.schema, all);
  const schema = compileRecordCheck(entity.schema, { name, refs });
  return { what: `${name} (${entity.file})`, code: 'TL_VALIDATE_ENTITY', schema };
}

function payloadBorder(schema: JsonObject, name: string): Pick<Border, 'what' | 'code' | 'schema'> {
  const check = compileRecordCheck(schema, { name, refs: [] });
  return { what: `payload for ${name}`, code: 'TL_VALIDATE_PAYLOAD', schema: check };
}

const none: readonly Deviation[] = Object.freeze([]);

function compileBorder(border: Border): Validate {
  const { mode, schema } = border;
  if (mode === 'discard_value') return (value) => withoutUnfit(border, value);
  return (value) => {
    const judged = schema.judge(value);
    const { problems } = judged;
    if (problems.length === 0) return { value: passed(border, judged, value), unfit: none };
    switch (mode) {
      case 'evolve':
        return { value: passed(border, judged, value), unfit: toUnfit(border, problems, value) };
      case 'discard_row':
        return { skipped: describe(border, problems), unfit: toUnfit(border, problems, value) };
      case 'freeze':
        return { fault: toFault(border, problems), unfit: none };
    }
  };
}

function passed({ isLast }: Border, judged: Judgement, value: unknown): unknown {
  return isLast ? judged.toNumbers() : value;
}

function withoutUnfit(border: Border, value: unknown): ValidationResult {
  const rest = takeOut(value, (rest) => border.schema.judge(rest).problems);
  const unfit = rest.taken.length === 0 ? none : toUnfit(border, rest.taken, value);
  if (rest.left.length === 0) {
    return { value: passed(border, border.schema.judge(rest.value), rest.value), unfit };
  }
  return { fault: toFault(border, rest.left), unfit };
}

function toFault(border: Border, problems: readonly Problem[]): Fault {
  const path = problems[0]?.path ?? '';
  return new Fault(border.code, describe(border, problems), {
    ...(path !== '' && { about: { path } }),
    problems: problems.slice(0, mostProblems).map((each) => ({ path: each.path, message: each.message })),
  });
}

/** The message names fewer. */
const mostProblems = 100;

function toUnfit(
  { side, entity }: Border,
  problems: readonly Problem[],
  value: unknown,
): readonly Deviation[] {
  return problems.map(({ segments, keyword, expected }) => {
    const got = segments.reduce<unknown>(
      (at, part) => (at as Readonly<Record<string | number, unknown>> | undefined)?.[part],
      value,
    );
    const unfit = { kind: 'unfit', segments: toSegments(segments), rule: keyword, expected } as const;
    return toDeviation({ side, ...(entity !== undefined && { entity }), ...unfit }, got);
  });
}

function describe({ what }: Border, problems: readonly Problem[]): string {
  const shown = problems
    .slice(0, 20)
    .map(({ path, message }) => (path === '' ? message : `\`${path}\` ${message}`));
  const more = problems.length > shown.length ? `; and ${problems.length - shown.length} more` : '';
  return `${what}: ${shown.join('; ')}${more}`;
}
