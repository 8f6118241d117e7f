// Brings questions together: while one statement is under way, those that arrive wait and are asked in
// the next. Every answer is as fresh as if it had been asked for alone.

import { Refusal } from '../errors.js'

interface Waiting<Question, Answer> {
  question: Question
  resolve: (answer: Answer | undefined) => void
  reject: (error: unknown) => void
}

const mostAtOnce = 500

/** Asks questions of one kind, many in one statement. */
export class Gathering<Question, Answer> {
  #waiting: Waiting<Question, Answer>[] = []
  #asking = false

  /** `ask` answers questions in their order. It must not fail for one of them alone: that would fail all. */
  constructor(private readonly ask: (questions: Question[]) => Promise<(Answer | undefined)[]>) {}

  find(question: Question): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject })
      if (this.#asking) return
      this.#asking = true
      // Not at once: what arrives in the same turn of the event loop shares the statement.
      setImmediate(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostAtOnce)
      try {
        const answers = await this.ask(batch.map(({ question }) => question))
        batch.forEach(({ resolve }, index) => resolve(answers[index]))
      } catch (error) {
        // Where the database does not answer, those who waited meanwhile have waited long enough.
        const failed = error instanceof Refusal && error.code === 'unavailable' ? [...batch, ...this.#waiting.splice(0)] : batch
        for (const { reject } of failed) reject(error)
      }
    }
    this.#asking = false
  }
}
