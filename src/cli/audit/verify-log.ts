import { parseChainHead } from '../../app/audit/verify-audit.ts';
import type { Ask } from '../../client/create-client.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';

export interface AuditVerifyOptions extends AskingOptions {
  readonly head?: string;
}

export async function verifyLog(context: Context, ask: Ask, options: AuditVerifyOptions): Promise<ExitCode> {
  if (options.head !== undefined) parseChainHead(options.head);
  const proof = await ask('verifyAudit', {
    ...(options.head !== undefined && { head: options.head.trim() }),
  });
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
