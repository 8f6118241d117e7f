// Mutation testing (`npm run mutation`): changes the SAML verifier in every small way, one after another, and expects a test to notice.
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['response', 'schema', 'signature', 'conditions', 'decryption', 'times', 'xml', 'values', 'types', 'logout'].map((name) => `src/domain/federation/saml-${name}.ts`),
  plugins: ['./test/support/mutation-runner.js'],
  testRunner: 'in-process',
  coverageAnalysis: 'perTest',
  // What an error says to the log is for people to judge.
  ignorers: ['details'],
  // Stryker would rewrite the settings of TypeScript by an interface that version 7 does not have.
  ignorePatterns: ['tsconfig*.json', 'dist', 'data', 'docs', 'views', 'coverage', '.tmp'],
  tempDirName: '.tmp/mutation',
  incrementalFile: '.tmp/mutation.json',
  concurrency: Number(process.env.MUTATION_WORKERS ?? 1),
  timeoutMS: 20_000,
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'coverage/mutation.json' },
  htmlReporter: { fileName: 'coverage/mutation.html' },
  // What is left over changes nothing that can be seen: second looks at what the schema, or the library, has refused already.
  thresholds: { high: 95, low: 85, break: 85 },
  allowEmpty: false,
}
