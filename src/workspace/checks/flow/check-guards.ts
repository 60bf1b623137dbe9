import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { parsePercentage } from '../../../contract/quantity.ts';
import { isShareAbove } from '../../../mapping/decimals.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';

/** Guards that have the right shape, and would never hold anything. */
export function checkGuards(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const guards = isJsonObject(flow.guards) ? flow.guards : {};
  const write = isJsonObject(flow.target) ? flow.target.write : undefined;
  const idle = (path: Path, message: string) =>
    createFinding('TLW_GUARD_IDLE', document.keyPlace(['guards', ...path]), message);
  const findings: Finding[] = [];
  if (typeof guards.maxErrorRate === 'string' && isWhole(guards.maxErrorRate)) {
    findings.push(idle(['maxErrorRate'], 'no run has a larger share of errors than 100%'));
  }
  if (guards.maxDeletes !== undefined && isOther(write, ['delete'])) {
    findings.push(idle(['maxDeletes'], `the flow deletes nothing: it says \`write: ${write}\``));
  }
  if (guards.maxChange !== undefined && isOther(write, ['update', 'upsert'])) {
    findings.push(idle(['maxChange'], `\`write: ${write}\` changes no record that was delivered before`));
  }
  return findings;
}

function isOther(write: unknown, those: readonly string[]): boolean {
  return ['create', 'update', 'upsert', 'delete'].includes(String(write)) && !those.includes(String(write));
}

function isWhole(share: string): boolean {
  const percent = parsePercentage(share);
  return percent !== undefined && !isShareAbove({ part: 1, whole: 1 }, percent);
}
