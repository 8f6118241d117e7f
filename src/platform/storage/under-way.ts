// The writes under way by what they change, so that a read that comes after them sees them.

/** Follows writes until each is answered. */
export class UnderWay {
  private readonly places = new Map<string, { last: Promise<unknown>; writes: number }>()

  /** Follows a write and answers as it does. */
  async follow<T>(place: string, write: Promise<T>): Promise<T> {
    this.places.set(place, { last: write, writes: this.writes(place) + 1 })
    try {
      return await write
    } finally {
      const known = this.places.get(place)
      if (known && known.writes > 1) known.writes--
      else this.places.delete(place)
    }
  }

  /** Counts the writes of a place that have no answer yet. */
  writes(place: string): number {
    return this.places.get(place)?.writes ?? 0
  }

  /** Waits for the last write of a place, whatever becomes of it. */
  async settled(place: string): Promise<void> {
    await this.places.get(place)?.last.catch(() => undefined)
  }

  /** Waits for every write. */
  async allSettled(): Promise<void> {
    await Promise.allSettled([...this.places.values()].map(({ last }) => last))
  }
}
