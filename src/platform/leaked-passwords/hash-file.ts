// A file of SHA-1 hashes, one a line and in their order, each perhaps followed by `:` and how often it was seen:
// the form in which Have I Been Pwned gives them out. It is searched where it lies, however large it is.
import { open, type FileHandle } from 'node:fs/promises'

const digits = 40
/** A hash, a colon, a count, a line's end. */
const longestLine = 64

/** True when the file at an address has a hash (upper case, hexadecimal). */
export async function hasHash(file: URL, hash: string): Promise<boolean> {
  const handle = await open(file)
  try {
    let [low, high] = [0, (await handle.stat()).size]
    // A line that begins before `low` is less, one that begins at `high` or behind is not.
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const line = await lineFrom(handle, middle)
      if (!line || line.hash >= hash) {
        if (line?.hash === hash) return true
        high = middle
      } else {
        low = line.end
      }
    }
    return (await lineFrom(handle, low))?.hash === hash
  } finally {
    await handle.close()
  }
}

/** Reads the first line that begins at a place or behind it. */
async function lineFrom(handle: FileHandle, place: number): Promise<{ hash: string; end: number } | undefined> {
  // One byte before tells whether a line begins exactly there.
  const from = Math.max(0, place - 1)
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(3 * longestLine), 0, 3 * longestLine, from)
  const text = buffer.toString('latin1', 0, bytesRead)
  const begin = place === 0 ? 0 : text.indexOf('\n') + 1
  if ((place > 0 && begin === 0) || begin >= text.length) return undefined
  const end = text.indexOf('\n', begin)
  const line = end === -1 ? text.slice(begin) : text.slice(begin, end)
  const hash = line.slice(0, digits).toUpperCase()
  if (!/^[0-9A-F]{40}(:\d+)?\r?$/.test(hash + line.slice(digits))) throw new Error('the file of leaked passwords has a line that is no SHA-1 hash')
  return { hash, end: from + (end === -1 ? text.length : end + 1) }
}
