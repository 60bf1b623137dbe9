import { watchPaths } from '../../app/files/watch-paths.ts';
import { toFault } from '../../contract/fault.ts';
import { formatFinding } from '../../workspace/finding.ts';
import type { Context, ExitCode } from '../context.ts';
import { exit } from '../context.ts';
import { aborted } from '../engine/start.ts';
import { printNote } from '../output/print.ts';

/**
 * Does something now and again after each change of these files, until Ctrl-C. A mistake is shown and waited out: it
 * will be mended in a moment.
 */
export async function watchAndRepeat(
  context: Context,
  paths: readonly string[],
  show: () => Promise<void>,
): Promise<ExitCode> {
  const repeat = async (): Promise<void> => {
    // The whole screen, and the lines that have been scrolled out of it.
    if (context.stdout.isTTY) context.stdout.write('\x1b[2J\x1b[3J\x1b[H');
    try {
      await show();
    } catch (thrown) {
      const { code, message, at, findings } = toFault(thrown);
      for (const finding of findings) printNote(context, formatFinding(finding));
      const place = at === undefined || message.includes(at) ? '' : ` (${at})`;
      printNote(context, `error: ${message}${place}\n       ${code}`);
    }
    printNote(context, 'watching; Ctrl-C ends');
  };
  const watcher = watchPaths(paths, repeat);
  await repeat();
  await aborted(context.stop);
  await watcher.close();
  return exit.clean;
}
