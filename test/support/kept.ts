// What takes a run seconds to make is kept for the next one, for as long as nothing that it is made from changes.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const day = 24 * 60 * 60_000

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name)).filter((file) => statSync(file).isFile()).toSorted()
}

/** Puts at `place` what `make` makes there from the files and folders `sources`, or made for an earlier run; from the package's folder. */
export async function makeOnce(place: string, name: string, sources: string[], make: (place: string) => unknown): Promise<void> {
  const folder = process.env.GATEHOUSE_TEST_CACHE
  if (!folder) return void (await make(place))
  const hash = createHash('sha256')
  for (const file of sources.flatMap(filesIn)) hash.update(`${file}\n`).update(readFileSync(file))
  const kept = join(folder, `${name}-${hash.digest('hex').slice(0, 24)}`)
  if (existsSync(kept)) return cpSync(kept, place, { recursive: true })
  await make(place)
  mkdirSync(folder, { recursive: true })
  removeOld(folder, name)
  const draft = `${kept}.${process.pid}`
  cpSync(place, draft, { recursive: true })
  try {
    renameSync(draft, kept)
  } catch {
    // Another run was faster.
    rmSync(draft, { recursive: true, force: true })
  }
}

function removeOld(folder: string, name: string): void {
  for (const each of readdirSync(folder)) {
    const path = join(folder, each)
    if (each.startsWith(`${name}-`) && Date.now() - statSync(path).mtimeMs > day) rmSync(path, { recursive: true, force: true })
  }
}
