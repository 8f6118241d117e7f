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
  testTimeout: 60_000,
  // Jest would leave one core to its own process, which waits.
  maxWorkers: '100%',
  // What test files leave in memory makes a worker slow: it begins anew.
  workerIdleMemoryLimit: '900MB',
}
