import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { nodeSqlite } from './src/adapters/sqlite/node-sqlite.ts';
import { HAS_KOFFI } from './test/support/koffi.ts';

/** Programs of other authors take their time, and meet the two data planes that `serve` has. */
const onlyOnPlanes = ['test/tftp/{interop,interop-loss}.test.ts', 'test/tftp/plane/*.test.ts'];
/** The other tests of the TFTP server run three times: in the thread of the test, too. */
const planeTests = ['test/tftp/{server-*,npm-faults,floods,fuzz}.test.ts', ...onlyOnPlanes];

/** What drives whole programs for minutes has a process of its own for each file: nothing of a test that was cut short reaches the next. */
const ofPrograms = ['test/{beside,browser,e2e}/**/*.test.ts'];
/**
 * So has what puts another module in the place of one of ours, what looks at the memory or the handles of its process, and what computes for minutes: in a process
 * that has run hundreds of files that takes several times as long.
 */
const ofOneProcess = [
  'test/adapters/bytes-to-send.test.ts',
  'test/cli/wait.test.ts',
  'test/explore/labs.test.ts',
  'test/pairs/pairs.test.ts',
  'test/tftp/fuzz.test.ts',
];
const alone = [...ofPrograms, ...ofOneProcess];

const onPlane = (plane: 'dgram' | 'batch') => ({
  extends: true as const,
  test: {
    name: plane,
    include: planeTests,
    globalSetup: ['test/tftp/plane-program.ts'],
    provide: { plane },
  },
});

/** The tests of the record run once more without better-sqlite3, where the SQLite in this Node can stand in for it. */
const recordTests = ['test/store/*.test.ts', 'test/batch/batch-store.test.ts', 'test/account/seal.test.ts'];
const withoutPackages = `--require=${join(import.meta.dirname, 'test/store/without-packages.cjs')}`;

function standsIn(): boolean {
  try {
    return nodeSqlite() !== null;
  } catch {
    return false;
  }
}

if (!HAS_KOFFI) process.stderr.write('koffi is not installed: TFTP in batches of datagrams is not tried\n');

export default defineConfig({
  test: {
    // For two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ['test/support/own-processes.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          sequence: { groupOrder: 0 },
          maxWorkers: 2,
          // A process and its imports take three seconds for each file, which is longer than most of these take. So modules under `test`
          // keep nothing from file to file but counters and caches, and each test puts back what it replaced.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...onlyOnPlanes, ...alone, 'test/pbx/**'],
          provide: { plane: 'here' as const },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          provide: { plane: 'here' as const },
          sequence: { groupOrder: 1 },
          // Half of their time they wait for phones that boot.
          maxWorkers: 3,
        },
      },
      onPlane('dgram'),
      ...(HAS_KOFFI ? [onPlane('batch')] : []),
      ...(standsIn()
        ? [
            {
              extends: true as const,
              test: {
                name: 'node-sqlite',
                include: recordTests,
                exclude: [...configDefaults.exclude, 'test/store/driver.test.ts'],
                execArgv: [withoutPackages],
                // For the processes that these tests start.
                env: { NODE_OPTIONS: withoutPackages },
              },
            },
          ]
        : []),
    ],
  },
});
