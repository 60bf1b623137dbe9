import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { type Capabilities, capabilitiesOf } from '../../capabilities.ts';
import type { Output } from '../expressions/check-built.ts';
import type { Input } from '../expressions/check-use.ts';
import { rootNode } from '../schema-node.ts';
import type { FlowContext } from './flow-context.ts';

/** What the expressions of a flow see, and what its mapping has to make of it. */
export interface FlowShapes {
  readonly input: Input;
  /** `undefined` where nothing says what the target takes, where it takes anything, or where only a key goes there. */
  readonly output: Output | undefined;
}

export function flowShapes(flow: JsonObject, context: FlowContext): FlowShapes {
  const entity = nameAt(flow.source, 'as');
  return {
    input:
      entity === undefined
        ? { name: 'the native record', schema: undefined }
        : { name: `the entity "${entity}"`, schema: context.entities.get(entity) },
    output: outputOf(flow, context),
  };
}

/** What is declared of the resource at one end of a flow; `undefined` where it is not known. */
export function capabilitiesAt(end: unknown, context: FlowContext): Capabilities | undefined {
  const connection = context.connections.get(nameAt(end, 'connection') ?? '');
  const connector = context.connectors.get(connection?.connector ?? '');
  if (connection === undefined || connector?.connector === undefined) return undefined;
  return capabilitiesOf(connection, connector, nameAt(end, 'resource') ?? '');
}

export function nameAt(end: unknown, key: string): string | undefined {
  const name = isJsonObject(end) ? end[key] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function outputOf({ target, contract }: JsonObject, context: FlowContext): Output | undefined {
  const mode = isJsonObject(contract) ? contract.target : contract;
  // What does not fit passes as it is: the target decides.
  if (mode === 'evolve' || nameAt(target, 'write') === 'delete') return undefined;
  const entity = nameAt(target, 'as');
  if (entity !== undefined) {
    const schema = context.entities.get(entity);
    return schema && { name: `the entity "${entity}"`, schema };
  }
  const schema = capabilitiesAt(target, context)?.schema;
  return schema && { name: `what "${nameAt(target, 'resource')}" takes`, schema: rootNode(schema) };
}
