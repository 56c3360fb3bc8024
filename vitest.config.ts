import { configDefaults, defineConfig } from 'vitest/config';

/** The tests of the TFTP server run three times: in the thread of the test, and in one of their own on either data plane. */
const planeTests = [
  'test/tftp/{server-*,npm-faults,interop,interop-loss,floods,fuzz}.test.ts',
  'test/tftp/plane/*.test.ts',
];

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
          exclude: [...configDefaults.exclude, 'test/tftp/plane/**'],
          provide: { plane: 'here' as const },
        },
      },
      onPlane('dgram'),
      onPlane('batch'),
    ],
  },
});
