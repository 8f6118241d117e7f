// A Redis of a test's own: free port, temporary folder, nothing of a server that runs already.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { getProgram } from './binaries.js'
import { eventually, FaultyServer, freePort, temporaryFolder } from './servers.js'

/** A server under test, with the faults it can be given. */
export class RedisServer extends FaultyServer {
  private constructor(readonly port: number, folder: string, private readonly cluster: boolean) {
    super(folder)
  }

  /** Starts one; as a cluster of a single node that serves every slot and refuses steps across slots. */
  static async start({ cluster = false } = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await temporaryFolder('redis'), cluster)
    await server.run()
    if (cluster) {
      await server.command('CLUSTER ADDSLOTSRANGE 0 16383')
      await eventually(async () => (await server.command('CLUSTER INFO')).includes('cluster_state:ok'))
    }
    return server
  }

  get url(): string {
    return `${this.cluster ? 'redis+cluster' : 'redis'}://127.0.0.1:${this.port}`
  }

  /** Starts the program, anew after `kill`. */
  async run(): Promise<void> {
    const settings = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', '--appendonly', 'no']
    this.child = spawn(getProgram('redis-server'), [...settings, ...(this.cluster ? ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'] : [])], { stdio: 'ignore' })
    await eventually(async () => (await this.command('PING')).includes('PONG'))
  }

  private async command(line: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.write(`${line}\r\n`)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      return answer.toString()
    } finally {
      socket.destroy()
    }
  }
}
