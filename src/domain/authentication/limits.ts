// Every limit on trying, in one list: what is counted, per what, how much of it in how long, and what follows.
// docs/limits.md says the same, and a test holds the two together.

export interface Limit {
  counts: string
  per: string
  /** So many in a window of so many seconds. */
  amount: number
  window: number
  /** Seconds that the waits grow to, from 2 by doubling, one for each further; absent: none until the window ends. */
  longestWait?: number
  /** The amount in one process while the session store does not answer; waits do not grow then. */
  alone: number
}

const minutes = 60
const hours = 3600

export const limits = {
  SignInFailuresPerPersonAndPlace: { counts: 'wrong passwords', per: 'user name and address, or user name and browser where that name signed in from it before', amount: 4, window: 15 * minutes, longestWait: 15 * minutes, alone: 2 },
  SignInFailuresPerPerson: { counts: 'wrong passwords, known browsers apart', per: 'user name', amount: 50, window: 15 * minutes, longestWait: 1 * minutes, alone: 10 },
  SignInFailuresPerAddress: { counts: 'wrong passwords, known browsers apart', per: 'address', amount: 60, window: 15 * minutes, longestWait: 15 * minutes, alone: 10 },
  SignInFailuresPerNetwork: { counts: 'wrong passwords, known browsers apart', per: 'network', amount: 240, window: 15 * minutes, longestWait: 15 * minutes, alone: 30 },
  SignInFailuresInAll: { counts: 'wrong passwords, known browsers apart', per: 'installation', amount: 10_000, window: 15 * minutes, longestWait: 10, alone: 300 },
  SecondFactorTriesPerChallenge: { counts: 'proofs tried, right ones too', per: 'challenge', amount: 5, window: 1 * hours, alone: 3 },
  SecondFactorTriesPerPerson: { counts: 'wrong proofs', per: 'person, and known browser', amount: 20, window: 24 * hours, alone: 5 },
  MailedCodesPerPerson: { counts: 'codes sent by mail', per: 'person', amount: 6, window: 1 * hours, alone: 2 },
  MailedCodesPerMailbox: { counts: 'codes sent by mail', per: 'mail address they go to', amount: 8, window: 1 * hours, alone: 2 },
  MailedCodesPerAddress: { counts: 'codes sent by mail', per: 'address', amount: 300, window: 1 * hours, alone: 30 },
  MailedCodesInAll: { counts: 'codes sent by mail', per: 'installation', amount: 20_000, window: 1 * hours, alone: 500 },
  MailedCodeTriesPerCode: { counts: 'codes tried, right ones too', per: 'code sent by mail', amount: 5, window: 10 * minutes, alone: 3 },
  InvitationsAgainPerPerson: { counts: 'invitations asked for anew', per: 'person', amount: 3, window: 1 * hours, alone: 1 },
  InvitationsAgainPerAddress: { counts: 'invitations asked for anew', per: 'address', amount: 30, window: 1 * hours, alone: 5 },
  InvitationsAgainInAll: { counts: 'invitations asked for anew', per: 'installation', amount: 1000, window: 1 * hours, alone: 100 },
  ResetRequestsPerPerson: { counts: 'requests for a new password', per: 'person', amount: 3, window: 1 * hours, alone: 1 },
  ResetRequestsPerAddress: { counts: 'requests for a new password', per: 'address', amount: 20, window: 1 * hours, alone: 5 },
  ResetRequestsPerNetwork: { counts: 'requests for a new password', per: 'network', amount: 100, window: 1 * hours, alone: 20 },
  ResetRequestsInAll: { counts: 'requests for a new password', per: 'installation', amount: 1000, window: 1 * hours, alone: 100 },
  WrongDeviceCodesPerPerson: { counts: 'codes of devices that nobody waits for', per: 'person', amount: 5, window: 15 * minutes, alone: 3 },
  WrongDeviceCodesPerAddress: { counts: 'codes of devices that nobody waits for', per: 'address', amount: 5, window: 15 * minutes, alone: 3 },
  WrongDeviceCodesInAll: { counts: 'codes of devices that nobody waits for', per: 'installation', amount: 500, window: 15 * minutes, alone: 50 },
  DeviceStartsPerAddress: { counts: 'sign-ins of devices begun', per: 'address', amount: 120, window: 1 * minutes, alone: 30 },
  RegistrationsPerAddress: { counts: 'command lines registered', per: 'address', amount: 600, window: 15 * minutes, alone: 60 },
  SourceTestsPerPerson: { counts: 'tests of identity sources begun', per: 'administrator', amount: 30, window: 15 * minutes, alone: 10 },
  WrongSetUpLinksPerAddress: { counts: 'set-up links that do not work', per: 'address', amount: 30, window: 15 * minutes, alone: 10 },
  WrongProvisioningTokensPerAddress: { counts: 'provisioning tokens that are none', per: 'address', amount: 30, window: 1 * minutes, alone: 10 },
  ProvisioningRequestsPerToken: { counts: 'provisioning requests', per: 'provisioning token', amount: 20_000, window: 10, alone: 10_000 },
} satisfies Record<string, Limit>

export type LimitName = keyof typeof limits
