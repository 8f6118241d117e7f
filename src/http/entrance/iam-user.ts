// /console/sign-in/user: an IAM user says the account, by its id or alias, and the name in it.
import type { EntranceForm, EntranceOptions, Fields } from './entrance.js'

const longestName = 64
const longestAccount = 63

export const iamUserForm = ({ findAccountId }: Pick<EntranceOptions, 'findAccountId'>): EntranceForm => ({
  path: '/user',
  view: 'console/sign-in-user',
  blank: ({ account }, kept) => blankOf(account, kept?.kind === 'iam-user' ? kept : undefined),
  typed: ({ account = '', userName = '', remember }) => ({ account: plainAccount(account), userName: userName.trim().slice(0, longestName + 1), remember: remember === 'on' }),
  faults: ({ account, userName }) => [...accountFaults(account), ...nameFaults(userName)].map(([path, message]) => ({ path, message })),
  elsewhere: ({ account }) => (account.includes('@')
    ? { text: 'A mail address is for the root user of an account. People of this organization sign in at the portal.', url: '/console/sign-in/root', link: 'Sign in as root user' } : undefined),
  said: async ({ account, userName }) => ({ kind: 'iam-user', userName, account, accountId: await findAccountId(account) ?? '' }),
})

/** An account that a link names is not the one that was remembered, so the name is not either. */
function blankOf(asked: string | undefined, kept: { account?: string; userName?: string } | undefined): Fields {
  const account = plainAccount(asked ?? kept?.account ?? '').slice(0, longestAccount)
  const isKept = kept?.account === account
  return { account, userName: isKept ? kept?.userName ?? '' : '', remember: isKept && account !== '' }
}

/** Ids are written with dashes or spaces too, and aliases have small letters only. */
function plainAccount(typed: string): string {
  const account = typed.trim().toLowerCase()
  return /^[\d\s-]+$/.test(account) ? account.replace(/[\s-]/g, '') : account.slice(0, longestAccount + 1)
}

function accountFaults(account: string): [string, string][] {
  if (account === '') return [['account', 'Enter the id or the alias of the account.']]
  if (account.includes('@')) return [['account', 'Enter the id or the alias of the account, not a mail address.']]
  if (/^\d+$/.test(account) && account.length !== 12) return [['account', 'The id of an account has 12 digits.']]
  return /^[a-z0-9-]{1,63}$/.test(account) ? [] : [['account', 'An account has an id of 12 digits, or an alias of letters, digits and dashes.']]
}

function nameFaults(userName: string): [string, string][] {
  if (userName === '') return [['userName', 'Enter your user name.']]
  return /^[\w+=,.@-]{1,64}$/.test(userName) ? [] : [['userName', 'A user name has 1 to 64 letters, digits and +=,.@_-, and no spaces.']]
}
