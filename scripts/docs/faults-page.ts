import { type FaultRow, faultCodes, faultTable } from '../../src/contract/fault-table.ts';

/** The table of faults as it is decided by, for people. */
export function faultsPage(): string {
  const rows = faultCodes.map((code) => {
    const row: FaultRow = faultTable[code];
    const link = `[${code}](../faults.md#${code.toLowerCase()})`;
    const cells = [link, row.kind, row.about, circuits[row.about], attempts(row), yes(row.mayBeHurried)];
    return `| ${[...cells, writes[row.write]].join(' | ')} |`;
  });
  return ['# The table of faults', about, [head, rule, ...rows].join('\n'), legend].join('\n\n');
}

const about =
  'What the engine decides by, code by code. What each means and who acts: [faults](../faults.md). A code of your own, from `$fail`, is decided about like TL_MAP_REFUSED.';

const head =
  '| code | kind | about | circuit opens | uses an attempt | tried at once on demand | of a write |';
const rule = head.replace(/[^|]+/g, '---');

const circuits = { connection: 'at once', unclear: 'after several records', record: 'no' } as const;
const writes = {
  none: 'nothing was written',
  refused: 'refused, nothing was written',
  done: 'written, not as it should be',
  unclear: 'nothing is known',
} as const;

function attempts({ kind, usesAttempt }: FaultRow): string {
  return kind === 'rejected' || kind === 'defect' ? 'it is the last' : yes(usesAttempt);
}

function yes(is: boolean): string {
  return is ? 'yes' : 'no';
}

const legend =
  '*circuit opens*: where records are written; a source that is away ends its run. *uses an attempt*: one of those that `retry.attempts` of the flow allows, unless the connection as a whole is paused. *tried at once on demand*: what waits because of it goes on as soon as a person runs the flow. *of a write*: what is known of a write that ended so.';
