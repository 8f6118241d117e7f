/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js'] },
  testSequencer: '<rootDir>/test/support/long-first.js',
  setupFiles: ['<rootDir>/test/support/seed.js'],
  globalSetup: '<rootDir>/test/support/run-begin.js',
  globalTeardown: '<rootDir>/test/support/run-end.js',
  setupFilesAfterEnv: ['<rootDir>/test/support/again.js'],
  testTimeout: 60_000,
  // Jest would leave one core to its own process, which waits.
  maxWorkers: '100%',
  // What test files leave in memory makes a worker slow: it begins anew.
  workerIdleMemoryLimit: '900MB',
}
