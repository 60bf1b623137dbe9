import { Command } from 'commander';
import type { Ask } from '../../client/create-client.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, refuseUnknownSubcommand, withCommonOptions } from '../common-options.ts';
import type { Context, ExitCode } from '../context.ts';
import { type AuditListOptions, listAudit } from './list-audit.ts';
import { type AuditVerifyOptions, verifyLog } from './verify-log.ts';

export function auditCommand(context: Context, report: Report): Command {
  const audit = new Command('audit')
    .summary('who has decided what, and proof that the log of it is whole')
    .description(
      'The audit log: each decision of a person, with when, why and about what. Entries are chained by hashes, so that ' +
        'one that was removed, changed or put in between is noticed.',
    )
    .addHelpText('after', example('tradelane audit --by anna', 'tradelane audit verify'));
  // `--by` is of whom entries are here, and not who asks.
  const within = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) =>
    withAsking(context, { ...options, by: context.user }, use).then(report);
  const listed = listCommand().action((options: AuditListOptions) =>
    within(options, (ask) => listAudit(context, ask, options)),
  );
  audit.addCommand(listed, { isDefault: true });
  refuseUnknownSubcommand(audit, listed);
  audit.addCommand(
    verifyCommand().action((options: AuditVerifyOptions) =>
      within(options, (ask) => verifyLog(context, ask, options)),
    ),
  );
  return audit;
}

function listCommand(): Command {
  return withServerOption(withCommonOptions(new Command('list')))
    .summary('entries, the newest first (the default)')
    .option('--by <name>', 'decided by this person')
    .option('--deed <deed>', 'only this deed, such as replay, discard, approve, "make set" or erase')
    .option('--flow <name>', 'about this flow')
    .option('--run <id>', 'about this run')
    .option('--error <id>', 'about this error')
    .option('--cause <id>', 'about this cause, such as C12')
    .option('--set <id>', 'about this set of errors (tradelane bulk)')
    .option('--drift <id>', 'about this drift')
    .option('--key <key>', 'about the id of the record with this key')
    .option('--name <name>', 'about this user, token, connection or setting')
    .option('--since <time>', 'from this time on')
    .option('--until <time>', 'before this time')
    .option('--limit <n>', 'so many at most', '50')
    .option('--cursor <text>', 'where the list goes on: the `next` of the page before')
    .addHelpText(
      'after',
      example(
        'tradelane audit --flow orders-to-erp --since 2026-11-28',
        'tradelane audit list --error 17 --json',
      ),
    );
}

function verifyCommand(): Command {
  return withServerOption(withCommonOptions(new Command('verify')))
    .summary('prove that nothing of the log was removed, changed or put in between')
    .description(
      'Reads the whole log, and says which entry is the first that does not fit; exit code 1 then. It prints the end of ' +
        'the log: kept elsewhere and given to --head later, it proves that the log has not been cut off or written anew.',
    )
    .option('--head <position:hash>', 'an end of the log from before, which must be in it still')
    .addHelpText('after', example('tradelane audit verify', 'tradelane audit verify --json'));
}
