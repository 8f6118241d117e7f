// Where the package lies on disk: the same answer from src/ (tests) and from dist/ (the built program).
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

function findRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findRoot(dirname(from))
}

/** Resolves a path inside the package, such as `views/layouts`. */
export function inPackage(...parts: string[]): string {
  return join(findRoot(dirname(fileURLToPath(import.meta.url))), ...parts)
}
