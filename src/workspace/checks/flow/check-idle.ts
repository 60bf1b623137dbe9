import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import type { FlowContext } from './flow-context.ts';
import { capabilitiesAt, nameAt } from './flow-shapes.ts';

/** Keys of a flow that have the right shape and change nothing. */
export function checkIdle(
  document: SourceDocument,
  flow: JsonObject,
  context: FlowContext,
): readonly Finding[] {
  const { source, target, delivery } = flow;
  const findings: Finding[] = [];
  const idle = (path: Path, message: string, hint: string) =>
    findings.push(createFinding('TLW_KEY_IDLE', document.keyPlace(path), message, hint));
  const cursor = capabilitiesAt(source, context)?.cursor;
  if (isJsonObject(source) && source.lookback !== undefined && cursor !== undefined && cursor !== 'time') {
    const why = cursor === 'none' ? 'is read whole each time' : `has a cursor that is a ${cursor}, no time`;
    idle(
      ['source', 'lookback'],
      `there is nothing to look back to: "${source.resource}" ${why}`,
      'remove it',
    );
  }
  const write = nameAt(target, 'write');
  const isOther = write === 'update' || write === 'upsert' || write === 'delete';
  if (isJsonObject(target) && target.allowDuplicates === true && isOther) {
    const message = `\`allowDuplicates\` is about \`write: create\`, this flow says \`write: ${write}\``;
    idle(['target', 'allowDuplicates'], message, 'remove it');
  }
  const why =
    isJsonObject(target) && target.absent === 'clear' ? whyNothingToClear(target, context) : undefined;
  if (why !== undefined) idle(['target', 'absent'], `there is nothing to clear: ${why}`, 'remove it');
  if (!isJsonObject(delivery)) return findings;
  const { concurrency, lanes = 8 } = delivery;
  if (typeof concurrency === 'number' && typeof lanes === 'number' && concurrency > lanes) {
    const message = `no more than ${lanes} lanes can be worked at the same time: there are no more`;
    idle(
      ['delivery', 'concurrency'],
      message,
      `say ${lanes}; more would need more \`lanes\`, which are fixed for the life of a flow`,
    );
  }
  return findings;
}

/** Only an update that leaves alone what it does not name leaves anything behind. */
function whyNothingToClear(target: JsonObject, context: FlowContext): string | undefined {
  const write = nameAt(target, 'write');
  if (write === 'create' || write === 'delete') return `\`write: ${write}\` changes no record`;
  const { can, replacing = [] } = capabilitiesAt(target, context) ?? {};
  const kind = write === 'upsert' && can?.has('upsert') ? 'upsert' : 'update';
  return replacing.includes(kind)
    ? `"${target.resource}" replaces the whole record with each ${kind}, so what is not sent is gone`
    : undefined;
}
