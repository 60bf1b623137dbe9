import { Command } from 'commander';
import { workspaceIfThere } from '../../app/open/load.ts';
import { openWorkspaceStore } from '../../app/open/open-store.ts';
import { toRunDocument } from '../../app/runs/run-document.ts';
import type { FlowStatus } from '../../app/status/flow-status.ts';
import { loadStatus } from '../../app/status/load-status.ts';
import { listCurrentRuns, type Run } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { listAwayConnections } from '../../store/waiting/pending.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { printDriftNote } from '../pending/drift.ts';
import { printStatus } from './status-text.ts';

export function statusCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('status'))
    .summary('how every flow stands, and what needs you')
    .description(
      'Shows of each flow the last run that read its source, open errors, what waits, how long ago it was up to ' +
        'date, when it runs next, and connections that are away or configured wrongly. Ends with 1 as soon as ' +
        'something needs a person: open errors, a run that failed or is held, a flow that should have run and did ' +
        'not, files with mistakes, a connection that refuses us.',
    )
    .addHelpText('after', example('tradelane status', 'tradelane status --json'))
    .action(async (options: CommonOptions) => report(await status(context, options)));
}

async function status(context: Context, options: CommonOptions): Promise<ExitCode> {
  const now = context.clock.now();
  const workspace = await workspaceIfThere(context, workspaceDir(context, options));
  const store = await openWorkspaceStore(context, workspaceDir(context, options));
  try {
    const flows = await loadStatus(store.db, workspace, now);
    const drift = await countDrifts(store.db, {});
    if (options.json) {
      const away = await listAwayConnections(store.db);
      const runs = await listCurrentRuns(store.db);
      printJson(context, toDocument({ flows, away, runs, drift, now }));
    } else if (flows.length === 0) printLine(context, 'no flows yet');
    else printStatus(context, flows);
    printDriftNote(context, options.json ? [] : drift);
    return flows.some(({ needs }) => needs.length > 0) ? exit.findings : exit.clean;
  } finally {
    await store.close();
  }
}

interface Found {
  readonly flows: readonly FlowStatus[];
  readonly away: Awaited<ReturnType<typeof listAwayConnections>>;
  readonly runs: readonly Run[];
  readonly drift: readonly DriftCount[];
  readonly now: number;
}

function toDocument({ flows, away, runs, drift, now }: Found) {
  return {
    ok: flows.every(({ needs }) => needs.length === 0),
    flows: flows.map(({ lastRun, caughtUpAt, ...flow }) => ({
      ...flow,
      ...(lastRun && { lastRun: runDocument(lastRun, now) }),
      ...(caughtUpAt && { caughtUpAt, lagSeconds: Math.round((now - caughtUpAt.getTime()) / 1_000) }),
    })),
    connections: away,
    runs: runs.map((run) => runDocument(run, now)),
    drift,
  };
}

function runDocument(run: Run, now: number) {
  const startedAt = (run.startedAt ?? run.createdAt).toISOString();
  return { ...toRunDocument(run, now), trigger: run.trigger, startedAt };
}
