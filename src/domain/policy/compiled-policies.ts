// Keeps compiled policies by their text, so that a request need not compile what the request before it did. Bounded
// by characters: the policies not used for longest go first.
import type { PolicyKind } from './document.js'
import { parsePolicy, type PolicyResult } from './policy.js'

/** A bounded collection of compiled policies; what is found in it depends on text and kind alone, so it is never stale. */
export class CompiledPolicies {
  readonly #results = new Map<string, PolicyResult>()
  #characters = 0

  /** `most` is the number of characters of text kept. */
  constructor(readonly most = 1_000_000) {}

  /** Finds the compiled form of a text, compiling it if need be. */
  parse(text: string, kind: PolicyKind): PolicyResult {
    const key = `${kind} ${text}`
    const kept = this.#results.get(key)
    if (kept) {
      this.#results.delete(key)
      this.#results.set(key, kept)
      return kept
    }
    const result = parsePolicy(text, kind)
    this.#keep(key, result)
    return result
  }

  #keep(key: string, result: PolicyResult): void {
    if (key.length > this.most) return
    this.#results.set(key, result)
    this.#characters += key.length
    for (const oldest of this.#results.keys()) {
      if (this.#characters <= this.most) return
      this.#results.delete(oldest)
      this.#characters -= oldest.length
    }
  }
}
