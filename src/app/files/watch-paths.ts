import { join } from 'node:path';
import { watch } from 'chokidar';

/** The folders whose files make a workspace. */
export function workspacePaths(dir: string): readonly string[] {
  return ['flows', 'connectors', 'schemas', 'config'].map((name) => join(dir, name));
}

/**
 * Calls `changed` when files at or below these paths have changed. Editors save in several steps: a change is taken
 * when the files have been quiet for a moment. One call ends before the next begins.
 */
export function watchPaths(
  paths: readonly string[],
  changed: () => Promise<void>,
): { close(): Promise<void> } {
  const watcher = watch([...paths], {
    ignoreInitial: true,
    awaitWriteFinish: { stabilityThreshold: 100, pollInterval: 20 },
  });
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(changed);
    }, 100);
  });
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
      await working;
    },
  };
}
