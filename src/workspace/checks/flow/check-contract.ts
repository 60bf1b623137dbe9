import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { SourceDocument } from '../../text/source-document.ts';

/** A contract that has the right shape, and no schema that anything could be held against. */
export function checkContract(document: SourceDocument, flow: JsonObject): readonly Finding[] {
  const { contract } = flow;
  if (contract === undefined || !isJsonObject(flow.source) || !isJsonObject(flow.target)) return [];
  const hasRecord = flow.source.as !== undefined;
  const isDelete = flow.target.write === 'delete';
  const idle = (path: readonly string[], message: string, hint?: string) =>
    createFinding('TLW_CONTRACT_IDLE', document.keyPlace(path), message, hint);
  const giveEntity = 'say with `source.as` which entity the record is, or remove it';
  if (!isJsonObject(contract)) {
    if (hasRecord || !isDelete) return [];
    return [idle(['contract'], 'a native record has no schema, and what is deleted is not checked')];
  }
  const findings: Finding[] = [];
  if (contract.source !== undefined && !hasRecord) {
    findings.push(
      idle(
        ['contract', 'source'],
        'without `source.as` the record has no schema to be held against',
        giveEntity,
      ),
    );
  }
  if (contract.target !== undefined && isDelete) {
    findings.push(
      idle(['contract', 'target'], 'of what is deleted only the key is used: nothing is checked'),
    );
  }
  return findings;
}
