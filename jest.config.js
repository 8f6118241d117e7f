/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/test/support/environment.js',
  testRunner: '<rootDir>/test/support/run-file.js',
  testSequencer: '<rootDir>/test/support/long-first.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {},
  globalSetup: '<rootDir>/test/support/run-begin.js',
  globalTeardown: '<rootDir>/test/support/run-end.js',
  // A test waits for conditions, so only one that hangs waits so long, or one on a machine that is lent to others meanwhile.
  testTimeout: 120_000,
  // Jest would leave one core to its own process, which waits.
  maxWorkers: '100%',
  // What test files leave in memory makes a worker slow: it begins anew.
  workerIdleMemoryLimit: '900MB',
}
