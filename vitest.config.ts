import { configDefaults, defineConfig } from 'vitest/config';

/** Programs of other authors take their time, and meet the two data planes that `serve` has. */
const onlyOnPlanes = ['test/tftp/{interop,interop-loss}.test.ts', 'test/tftp/plane/*.test.ts'];
/** The other tests of the TFTP server run three times: in the thread of the test, too. */
const planeTests = ['test/tftp/{server-*,npm-faults,floods,fuzz}.test.ts', ...onlyOnPlanes];

const onPlane = (plane: 'dgram' | 'batch') => ({
  extends: true as const,
  test: {
    name: plane,
    include: planeTests,
    globalSetup: ['test/tftp/plane-program.ts'],
    provide: { plane },
  },
});

export default defineConfig({
  test: {
    // Files of end-to-end tests start processes and real sockets: two cores carry two of them well.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...onlyOnPlanes, 'test/pbx/**'],
          provide: { plane: 'here' as const },
        },
      },
      onPlane('dgram'),
      onPlane('batch'),
    ],
  },
});
