import { Refusal } from '../../../src/platform/errors.js'
import { Gathering } from '../../../src/platform/storage/gathering.js'

test('what is asked in one turn is one statement, answered in order', async () => {
  const asked: number[][] = []
  const doubles = new Gathering<number, number>(async (questions) => {
    asked.push(questions)
    return questions.map((question) => (question === 3 ? undefined : question * 2))
  })
  expect(await Promise.all([1, 2, 3, 2].map((question) => doubles.find(question)))).toEqual([2, 4, undefined, 4])
  expect(asked).toEqual([[1, 2, 3, 2]])
})

test('what arrives while a statement is under way waits for the next', async () => {
  const asked: number[][] = []
  let answer = (): void => undefined
  const same = new Gathering<number, number>(async (questions) => {
    asked.push(questions)
    if (asked.length === 1) await new Promise<void>((resolve) => { answer = resolve })
    return questions
  })
  const first = same.find(1)
  await new Promise((resolve) => { setImmediate(resolve) })
  const later = [same.find(2), same.find(3)]
  answer()
  expect(await Promise.all([first, ...later])).toEqual([1, 2, 3])
  expect(asked).toEqual([[1], [2, 3]])
})

test('a statement that fails fails for those who asked in it, and not for the next', async () => {
  let failing = true
  const same = new Gathering<number, number>(async (questions) => {
    if (failing) throw new Error('down')
    return questions
  })
  await expect(Promise.all([same.find(1), same.find(2)])).rejects.toThrow('down')
  failing = false
  expect(await same.find(3)).toBe(3)
})

test('while the database does not answer, those who wait meanwhile hear it with the first', async () => {
  let fail = (_error: Error): void => undefined
  let asked = 0
  const same = new Gathering<number, number>(() => {
    asked += 1
    return new Promise((_resolve, reject) => { fail = reject })
  })
  const first = same.find(1)
  await new Promise((resolve) => { setImmediate(resolve) })
  const later = same.find(2)
  fail(new Refusal('unavailable', 'down'))
  expect(await Promise.allSettled([first, later])).toEqual([expect.objectContaining({ status: 'rejected' }), expect.objectContaining({ status: 'rejected' })])
  expect(asked).toBe(1)
})
