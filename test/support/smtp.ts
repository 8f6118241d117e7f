// A mail server of the tests' own, which keeps what it is given.
import { SMTPServer } from 'smtp-server'
import { freePort } from './servers.js'

export interface ReceivedLetter {
  from: string
  to: string[]
  source: string
}

/** Starts it on a free port, or on this one; `refuse` is an address that it never takes. */
export async function startSmtp(port?: number, { refuse }: { refuse?: string } = {}): Promise<{ url: string; letters: ReceivedLetter[]; stop(): Promise<void> }> {
  const letters: ReceivedLetter[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => done(address === refuse ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        letters.push({ from: envelope.mailFrom ? envelope.mailFrom.address : '', to: envelope.rcptTo.map(({ address }) => address), source: Buffer.concat(chunks).toString('utf8') })
        done()
      })
    },
  })
  const at = port ?? await freePort()
  await new Promise<void>((resolve) => { server.listen(at, 'localhost', resolve) })
  return { url: `smtp://localhost:${at}`, letters, stop: () => new Promise((resolve) => { server.close(() => resolve()) }) }
}
