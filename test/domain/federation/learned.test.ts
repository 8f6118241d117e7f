import { Learned } from '../../../src/domain/federation/learned.js'

function setUp() {
  const state = { now: 0, asked: 0, failure: undefined as Error | undefined }
  const learned = new Learned({
    clock: () => state.now, remembered: 2, isSilence: (error) => (error as Error).message === 'silence',
    ask: async (key: string) => {
      state.asked += 1
      if (state.failure) throw state.failure
      return { key, at: state.now }
    },
  })
  return { state, learned }
}

test('asks once for all who want to know at the same time, and not again for ten minutes', async () => {
  const { state, learned } = setUp()
  await Promise.all(Array.from({ length: 50 }, () => learned.get('one')))
  state.now = 599_999
  await learned.get('one')
  expect(state.asked).toBe(1)
  state.now = 600_000
  expect(await learned.get('one')).toEqual({ key: 'one', at: 600_000 })
})

test('goes on with what it knows for a day of silence, and not an instant when the answer is bad', async () => {
  const { state, learned } = setUp()
  await learned.get('one')
  state.failure = new Error('silence')
  state.now = 86_399_999
  expect(await learned.get('one')).toEqual({ key: 'one', at: 0 })
  state.now = 86_400_000
  await expect(learned.get('one')).rejects.toThrow('silence')
  state.failure = undefined
  state.now += 5000
  await learned.get('one')
  state.failure = new Error('lies')
  state.now += 600_000
  await expect(learned.get('one')).rejects.toThrow('lies')
})

test('does not ask again for five seconds after a failure', async () => {
  const { state, learned } = setUp()
  state.failure = new Error('silence')
  for (let at = 0; at < 5; at += 1) await expect(learned.get('one')).rejects.toThrow('silence')
  expect(state.asked).toBe(1)
  state.failure = undefined
  state.now = 5000
  expect(await learned.get('one')).toBeDefined()
})

test('asks in doubt once a minute', async () => {
  const { state, learned } = setUp()
  await learned.get('one')
  state.now = 1
  expect(await Promise.all([learned.findAnew('one'), learned.findAnew('one')])).toEqual([{ key: 'one', at: 1 }, { key: 'one', at: 1 }])
  state.now = 60_000
  expect(await learned.findAnew('one')).toBeUndefined()
  state.now = 60_001
  expect(await learned.findAnew('one')).toEqual({ key: 'one', at: 60_001 })
  expect(state.asked).toBe(3)
})

test('remembers as many as it is told to, and forgets when it is told to', async () => {
  const { state, learned } = setUp()
  for (const key of ['one', 'two', 'three', 'one']) await learned.get(key)
  expect(state.asked).toBe(4)
  learned.forget('one')
  expect(learned.find('one')).toBeUndefined()
  await learned.get('one')
  expect(state.asked).toBe(5)
})
