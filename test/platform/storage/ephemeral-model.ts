// The ephemeral store as a few maps: what any twin must answer, as long as no time passes.
import fc from 'fast-check'
import type { Entry, EphemeralStore } from '../../../src/platform/storage/ephemeral.js'

interface Live {
  value: string
  consumed: boolean
  lists: Map<string, number>
}

export type Step =
  | { kind: 'put' | 'add'; key: string; value: string; lists: string[] }
  | { kind: 'get' | 'consume' | 'take' | 'remove' | 'count' | 'counted' | 'reset'; key: string }
  | { kind: 'list' | 'removeList'; key: string }

/** Answers each step as a store must. */
export class Model {
  private readonly live = new Map<string, Live>()
  private readonly gone = new Set<string>()
  private readonly counters = new Map<string, number>()
  private time = 0

  answer(step: Step): unknown {
    const entry = this.live.get(step.key)
    switch (step.kind) {
      case 'put':
        if (!this.gone.has(step.key)) this.write(step, entry)
        return undefined
      case 'add':
        if (!entry) this.write(step, undefined)
        return !entry
      case 'get':
        return entry && { value: entry.value, consumed: entry.consumed }
      case 'consume': {
        const first = entry?.consumed === false
        if (entry) entry.consumed = true
        return first
      }
      case 'take':
        if (entry) this.remove(step.key)
        return entry?.value
      case 'remove':
        this.remove(step.key)
        return undefined
      case 'count':
        this.counters.set(step.key, (this.counters.get(step.key) ?? 0) + 1)
        return this.counters.get(step.key)
      case 'counted':
        return this.counters.get(step.key) ?? 0
      case 'reset':
        this.counters.delete(step.key)
        return undefined
      case 'list':
        return this.listed(step.key)
      case 'removeList':
        this.listed(step.key).forEach(key => this.remove(key))
        return undefined
    }
  }

  private write({ key, value, lists }: { key: string; value: string; lists: string[] }, known: Live | undefined): void {
    const entry = known ?? { value, consumed: false, lists: new Map<string, number>() }
    entry.value = value
    for (const list of lists) entry.lists.set(list, ++this.time)
    this.live.set(key, entry)
    this.gone.delete(key)
  }

  private remove(key: string): void {
    this.live.delete(key)
    this.gone.add(key)
  }

  private listed(list: string): string[] {
    return [...this.live].filter(([, entry]) => entry.lists.has(list)).toSorted(([, a], [, b]) => b.lists.get(list)! - a.lists.get(list)!).map(([key]) => key)
  }
}

const shown = (entry: Entry | undefined) => entry && { value: entry.value, consumed: entry.consumedAt !== undefined }

/** Does a step on a store, in names of one run so that runs do not meet; answers in the words of the model. */
export async function perform(store: EphemeralStore, step: Step, run: string): Promise<unknown> {
  const key = `${run}${step.key}`
  switch (step.kind) {
    case 'put':
    case 'add':
      return store[step.kind](key, step.value, { ttl: 600, lists: step.lists.map(list => run + list) })
    case 'get':
      return shown(await store.get(key))
    case 'count':
      return store.count(key, 600)
    case 'list':
      return (await store.list(key)).map(name => name.slice(run.length))
    default:
      return store[step.kind](key)
  }
}

const key = fc.constantFrom('a', 'b', 'c')
const lists = fc.subarray(['x', 'y'])
const value = fc.string({ maxLength: 20 }).filter(text => !text.includes('\0'))

/** Any step on three keys and two lists. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('put' as const, 'add' as const), key, value, lists }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('get' as const, 'consume' as const, 'take' as const, 'remove' as const, 'count' as const, 'counted' as const, 'reset' as const), key }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('list' as const, 'list' as const, 'removeList' as const), key: fc.constantFrom('x', 'y') }) },
)

/** Steps whose answers the order of calls alone decides, even where nobody waits for the one before. */
export const anyWrite = anyStep.filter(step => !['get', 'counted', 'list'].includes(step.kind))
