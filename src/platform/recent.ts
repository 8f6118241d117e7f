// A bounded memory of what was used last: the least recently used entry makes room for a new one.

export class Recent<Key, Value> {
  readonly #entries = new Map<Key, Value>()

  constructor(readonly capacity: number) {}

  /** Finds an entry and counts it as used. */
  find(key: Key): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  put(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.capacity) return
    const [oldest] = this.#entries.keys()
    this.#entries.delete(oldest as Key)
  }

  remove(key: Key): void {
    this.#entries.delete(key)
  }

  /** Lists what is there, what was used least recently first. */
  values(): Value[] {
    return [...this.#entries.values()]
  }

  clear(): void {
    this.#entries.clear()
  }

  get size(): number {
    return this.#entries.size
  }
}
