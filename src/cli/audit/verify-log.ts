import { parseChainHead, verifyAudit } from '../../app/audit/verify-audit.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';

export interface AuditVerifyOptions extends CommonOptions {
  readonly head?: string;
}

export async function verifyLog(
  context: Context,
  open: OpenDatabase,
  options: AuditVerifyOptions,
): Promise<ExitCode> {
  const expected = options.head === undefined ? undefined : parseChainHead(options.head);
  const proof = await verifyAudit(open, expected);
  const { fits, entries, erased, head, first } = proof;
  if (options.json) printJson(context, proof);
  else if (first) {
    const id = first.entry === undefined ? '' : ` (id ${first.entry})`;
    printLine(context, `entry ${first.position}${id} does not fit: ${first.why}`);
  } else {
    const some = erased === 0 ? '' : `, of ${erased} something was erased, as the log says`;
    printLine(context, `${entries === 1 ? '1 entry fits' : `${entries} entries, all of them fit`}${some}`);
    if (head.hash !== '') printLine(context, `it ends with ${head.position}:${head.hash}`);
  }
  return fits ? exit.clean : exit.findings;
}
