// A composed YAML document as plain values, with the way back from a path to its line.
import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Pair, type YAMLMap } from 'yaml'
import type { Fault } from '../../platform/errors.js'

/** How many values aliases may add to a document; more is a text made to grow. */
const maxRepeated = 100_000

export type Path = readonly PropertyKey[]

/** Spells a path as the faults do: `users[2].emails[0].value`. */
export function spellPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    const key = String(step)
    const spelled = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
    return text === '' ? spelled : `${text}.${spelled}`
  }, '')
}

interface Anchored {
  node: Node
  value: unknown
  size: number
}

export class PlainTree {
  readonly value: unknown
  readonly faults: Fault[] = []
  private readonly keys = new Map<YAMLMap, Map<string, Pair>>()
  private readonly anchors = new Map<string, Anchored>()
  private readonly targets = new Map<Alias, Node>()
  private size = 0
  private repeated = 0

  constructor(
    private readonly root: Node | null,
    private readonly lineAt: (offset: number) => number,
  ) {
    this.value = this.plain(root, [])
  }

  lineOf(path: Path): number {
    let node: unknown = this.root
    let line = this.lineOfNode(node) ?? 1
    for (const step of path) {
      const target: unknown = isAlias(node) ? this.targets.get(node) : node
      const pair = isMap(target) ? this.keys.get(target)?.get(String(step)) : undefined
      node = pair ? pair.value : isSeq(target) ? target.items[Number(step)] : undefined
      line = this.lineOfNode(pair?.key) ?? this.lineOfNode(node) ?? line
      if (node === undefined) break
    }
    return line
  }

  private lineOfNode(node: unknown): number | undefined {
    const start = (node as Node | null | undefined)?.range?.[0]
    return start === undefined ? undefined : this.lineAt(start)
  }

  private complain(path: Path, node: unknown, message: string): void {
    this.faults.push({ path: spellPath(path), message, line: this.lineOfNode(node) ?? 1 })
  }

  private plain(node: unknown, path: Path): unknown {
    this.size += 1
    if (isAlias(node)) return this.repeat(node, path)
    const before = this.size
    const value = isMap(node) ? this.map(node, path) : isSeq(node) ? node.items.map((item, index) => this.plain(item, [...path, index])) : isScalar(node) ? node.value : null
    // Only what is complete can be repeated, so an alias inside its own anchor finds nothing.
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) this.anchors.set(node.anchor, { node, value, size: this.size - before + 1 })
    return value
  }

  private repeat(alias: Alias, path: Path): unknown {
    const anchored = this.anchors.get(alias.source)
    if (!anchored) {
      this.complain(path, alias, `repeats &${alias.source}, which is not complete before this line`)
      return undefined
    }
    this.size += anchored.size
    this.repeated += anchored.size
    if (this.repeated > maxRepeated) {
      if (this.repeated - anchored.size <= maxRepeated) this.complain(path, alias, 'repeats too much: aliases may not make the file many times larger')
      return undefined
    }
    this.targets.set(alias, anchored.node)
    return anchored.value
  }

  private map(map: YAMLMap, path: Path): Record<string, unknown> {
    const known = new Map<string, Pair>()
    this.keys.set(map, known)
    const entries: [string, unknown][] = []
    for (const pair of map.items) {
      const key = isScalar(pair.key) && pair.key.value !== null ? String(pair.key.value) : undefined
      if (key === undefined) {
        this.complain(path, pair.key ?? map, 'has a key that is not text')
        continue
      }
      const here = [...path, key]
      if (known.has(key)) this.complain(here, pair.key, `is written twice, first on line ${this.lineOfNode(known.get(key)?.key) ?? 1}`)
      else known.set(key, pair)
      entries.push([key, this.plain(pair.value, here)])
    }
    return Object.fromEntries(entries)
  }
}
