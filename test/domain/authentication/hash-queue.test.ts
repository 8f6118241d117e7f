import { HashQueue } from '../../../src/domain/authentication/index.js'

/** Work that ends when it is told to. */
function held(): { work: (name: string) => () => Promise<string>; order: string[]; release: () => Promise<void> } {
  const order: string[] = []
  const ends: (() => void)[] = []
  return {
    order,
    work: (name) => () => new Promise((resolve) => {
      order.push(name)
      ends.push(() => resolve(name))
    }),
    release: async () => {
      ends.shift()!()
      await new Promise((resolve) => { setImmediate(resolve) })
    },
  }
}

test('addresses take turns: one that asks much delays the others by one turn', async () => {
  const queue = new HashQueue({ concurrency: 1 })
  const { work, order, release } = held()
  const all = [...['a1', 'a2', 'a3', 'a4'].map((name) => queue.run('a', work(name))), queue.run('b', work('b1')), queue.run('c', work('c1'))]
  for (const _ of all) await release()
  await Promise.all(all)
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4'])
})

test('beyond what may wait, in all or from one address, it says busy at once and for how long', async () => {
  const queue = new HashQueue({ concurrency: 1, capacity: 3, capacityPerAddress: 2 })
  const { work, release } = held()
  const all = ['a1', 'a2', 'a3'].map((name) => queue.run('a', work(name)))
  await expect(queue.run('a', work('a4'))).rejects.toMatchObject({ code: 'busy', retryAfter: 5 })
  all.push(queue.run('b', work('b1')))
  await expect(queue.run('c', work('c1'))).rejects.toMatchObject({ code: 'busy' })
  for (const _ of all) await release()
  await Promise.all(all)
  await expect(queue.run('c', async () => 'c2')).resolves.toBe('c2')
})

test('work that fails frees its place', async () => {
  const queue = new HashQueue({ concurrency: 1 })
  await expect(queue.run('a', async () => { throw new Error('no') })).rejects.toThrow('no')
  await expect(queue.run('a', async () => 'yes')).resolves.toBe('yes')
})
