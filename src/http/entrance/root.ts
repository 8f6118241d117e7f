// /console/sign-in/root: a root user says the address of the account.
import type { EntranceForm } from './entrance.js'

const longestAddress = 254

export const rootForm = (): EntranceForm => ({
  path: '/root',
  view: 'console/sign-in-root',
  blank: (query, kept) => ({ account: '', userName: (query.email ?? (kept?.kind === 'root' ? kept.userName : undefined) ?? '').slice(0, longestAddress), remember: kept?.kind === 'root' && kept.userName !== undefined }),
  typed: ({ email = '', remember }) => ({ account: '', userName: email.trim().slice(0, longestAddress + 1), remember: remember === 'on' }),
  faults({ userName }) {
    if (userName === '') return [{ path: 'email', message: 'Enter the mail address of the root user.' }]
    if (userName.length > longestAddress) return [{ path: 'email', message: `A mail address has at most ${longestAddress} characters.` }]
    return /^[^\s@]+@[^\s@]+$/.test(userName) ? [] : [{ path: 'email', message: 'A root user signs in with a mail address, such as name@example.com.' }]
  },
  elsewhere: ({ userName }) => (/^\d{12}$/.test(userName)
    ? { text: 'Twelve digits look like the id of an account.', url: `/console/sign-in/user?account=${userName}`, link: 'Sign in to it as an IAM user' } : undefined),
  said: async ({ userName }) => ({ kind: 'root', userName, account: '', accountId: '' }),
})
