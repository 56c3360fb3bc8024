import { defineConfig } from 'vitest/config';

/** Servers of other authors, each in a Debian that is built for it: `npm run test:pbx`, not a part of `npm test`. */
export default defineConfig({
  test: {
    globalSetup: ['test/pbx/debians.ts'],
    setupFiles: ['test/support/own-processes.ts'],
    include: ['test/pbx/*.test.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
