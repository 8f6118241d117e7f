// Streams into a file or to standard output. A file that was moved or removed (as rotation does) is made anew.
import { open, stat, type FileHandle } from 'node:fs/promises'
import type { StreamEntry } from './entries.js'
import { linesOf, type Sink } from './sink.js'

export class FileSink implements Sink {
  #file: FileHandle | undefined
  #inode = 0n

  constructor(private readonly path: string) {}

  async deliver(entries: StreamEntry[]): Promise<void> {
    const file = await this.#current()
    try {
      await file.appendFile(linesOf(entries))
      await file.datasync()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  async #current(): Promise<FileHandle> {
    const found = await stat(this.path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (this.#file && found?.ino === this.#inode) return this.#file
    await this.close()
    const file = await open(this.path, 'a+', 0o600)
    const { ino, size } = await file.stat({ bigint: true })
    // What was cut short by a crash is not to swallow the line after it.
    if (size > 0n && (await file.read({ buffer: Buffer.alloc(1), position: size - 1n })).buffer[0] !== 10) await file.appendFile('\n')
    this.#inode = ino
    this.#file = file
    return file
  }
}

export class StdoutSink implements Sink {
  constructor(private readonly output: NodeJS.WritableStream = process.stdout) {}

  deliver(entries: StreamEntry[]): Promise<void> {
    return new Promise((resolve, reject) => { this.output.write(linesOf(entries), (error) => (error ? reject(error) : resolve())) })
  }

  async close(): Promise<void> {}
}
