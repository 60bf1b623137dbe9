import type { Watch } from '../../app/runs/follow/follow-run.ts';
import type { Context } from '../context.ts';
import { showable } from './print.ts';
import { progressLine } from './run-table.ts';

export interface LiveLines {
  /** Shows the state as it is now. */
  show(lines: readonly string[]): void;
  /** Leaves the last state standing (or takes it away) and stops drawing. */
  end(last?: readonly string[]): void;
}

/**
 * Progress on standard error. On a terminal the lines are drawn over each other; anywhere else a line is printed
 * when it has changed, and not more than every two seconds.
 */
export function createLiveLines(context: Context): LiveLines {
  return context.stderr.isTTY ? onTerminal(context) : inLog(context);
}

/** Progress of a run at a time, for whoever follows it; nothing of it is left standing. */
export function createRunWatch(context: Context): { readonly watch: Watch; end(): void } {
  const live = createLiveLines(context);
  return {
    watch: { show: (run) => live.show([progressLine(run)]), stop: context.stop },
    end: () => live.end(context.stderr.isTTY ? [] : undefined),
  };
}

function onTerminal({ stderr }: Context): LiveLines {
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) stderr.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const show = (lines: readonly string[]) => {
    clear();
    const width = stderr.columns || 80;
    for (const line of lines) stderr.write(`${showable(line).slice(0, width - 1)}\n`);
    drawn = lines.length;
  };
  return {
    show,
    end: (last) => {
      if (last) show(last);
      drawn = 0;
    },
  };
}

function inLog({ stderr, clock }: Context): LiveLines {
  let printed: ReadonlySet<string> = new Set();
  // What is over in a moment needs no progress.
  let printedAt = clock.now();
  const print = (lines: readonly string[]) => {
    for (const line of lines) if (!printed.has(line)) stderr.write(`${showable(line)}\n`);
    printed = new Set(lines);
    printedAt = clock.now();
  };
  return {
    show: (lines) => {
      if (clock.now() - printedAt >= 2_000) print(lines);
    },
    end: (last) => {
      if (last) print(last);
    },
  };
}
