// Which secrets of the file are not in force yet. Comparing a password costs a hash, so only few are compared at once.
import type { UserSecret } from './change.js'
import type { DeclaredUser } from './declaration.js'
import { fold } from './raw.js'
import type { Snapshot, UserState } from './snapshot.js'

const comparedAtOnce = 8

/** Works through items, at most `width` at once. */
export async function inParallel<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}

const declaredSecret = (user: DeclaredUser): UserSecret | undefined => {
  if (user.password !== undefined) return { form: 'password', value: user.password }
  if (user.passwordHash !== undefined) return { form: 'hash', value: user.passwordHash }
  if (user.oneTimePassword !== undefined) return { form: 'one-time', value: user.oneTimePassword }
  return user.invite === true ? { form: 'invitation', value: '' } : undefined
}

/** Finds the passwords to set, by folded user name. */
export async function planPasswords(users: readonly DeclaredUser[], current: Snapshot): Promise<Map<string, UserSecret>> {
  const present = new Map(current.users.map((user) => [fold(user.userName), user]))
  const due = new Map<string, UserSecret>()
  await inParallel(users, comparedAtOnce, async (user) => {
    const secret = declaredSecret(user)
    const before = present.get(fold(user.userName))
    // Whoever is disabled is not asked in.
    if (secret?.form === 'invitation' && !(user.active ?? before?.active ?? true)) return
    if (secret && !(before && (await isInForce(secret, before, current)))) due.set(fold(user.userName), secret)
  })
  return due
}

// An imported hash and a one-time password are beginnings: whoever has chosen a password since keeps it.
async function isInForce({ form, value }: UserSecret, user: UserState, { secrets }: Snapshot): Promise<boolean> {
  if (form === 'invitation') return user.password !== 'none'
  if (user.password === 'none' || user.password === 'invited') return false
  if (form === 'hash') return user.password === 'own' || (user.password === 'imported' && secrets.matchesPasswordHash(user.userName, value))
  if (form === 'one-time') return user.password !== 'one-time' || secrets.matchesPassword(user.userName, value)
  return user.password !== 'one-time' && secrets.matchesPassword(user.userName, value)
}
