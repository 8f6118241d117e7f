// The order of test files: those known to take long begin first, so that no core waits for the last of them.
import Sequencer from '@jest/test-sequencer'

const long = [
  'views/views', 'flows/pages', 'flows/start', 'flows/oidc-browser', 'flows/passkeys-browser', 'domain/organization/apply', 'domain/requests/requests',
  'flows/command-line-aws', 'flows/factors', 'flows/sign-in-uniform', 'views/letters', 'platform/storage/ephemeral-table', 'platform/audit/retention',
  'flows/iam-wire', 'platform/storage/ephemeral-redis', 'flows/security-browser',
].map((name) => `/test/${name}.test.ts`)

const rank = ({ path }) => (long.findIndex((name) => path.endsWith(name)) + 1) || Infinity

export default class LongFirst extends Sequencer {
  /** Jest's own order, by how long each took or how big it is, is kept for all others. */
  async sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- this is the sequencer, and no array.
    return (await super.sort(tests)).toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
  }
}
