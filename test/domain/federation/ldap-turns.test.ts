// Whose turn it is to ask a directory.
import { LdapTurns } from '../../../src/domain/federation/ldap-turns.js'

const patient = (): AbortSignal => new AbortController().signal

test('eight ask at once, the others when one of them is done, each in turn', async () => {
  const turns = new LdapTurns()
  const taken = await Promise.all(Array.from({ length: 8 }, () => turns.take('one', patient())))
  const order: number[] = []
  const waiting = [1, 2].map(async (number) => {
    const leave = await turns.take('one', patient())
    order.push(number)
    return leave!
  })
  expect(await turns.take('one', AbortSignal.timeout(10))).toBeUndefined()
  expect(await turns.take('one', AbortSignal.abort())).toBeUndefined()
  expect(order).toEqual([])
  expect(await turns.take('other', patient())).toBeDefined()
  taken[0]!()
  // Whoever says twice that they are done gives one turn back.
  taken[0]!()
  await waiting[0]
  expect(order).toEqual([1])
  for (const leave of taken) leave!()
  for (const leave of await Promise.all(waiting)) leave()
  expect(order).toEqual([1, 2])
  expect(await Promise.all(Array.from({ length: 8 }, () => turns.take('one', AbortSignal.abort())))).not.toContain(undefined)
})
