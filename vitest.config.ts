import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/**
 * Two projects, so that tests which need no server do not wait for one. In both, files share a few processes: what a
 * file opens it closes, and none leaves anything behind in the process (run with SHUFFLE=7 to prove it).
 */
export default defineConfig({
  test: {
    pool: 'forks',
    isolate: false,
    // Two cores, and tests that wait for a server, a child or a clock for half of their time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/*.test.ts', 'test/{unit,connectors,chaos}/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/{integration,e2e}/**/*.test.ts'],
          globalSetup: ['test/support/servers/global-setup.ts'],
        },
      },
    ],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
