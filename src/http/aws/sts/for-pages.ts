// AssumeRole for pages: the same permissions, checks and events as on the wire; what comes of it is what the token says.
import type { Context } from 'koa'
import type { Credentials, TokenContent } from '../../../domain/credentials/index.js'
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import { Refusal } from '../../../platform/errors.js'
import type { Caller } from '../protocol/caller.js'
import { consoleCaller } from '../protocol/console-caller.js'
import { inWordsOfPages } from '../protocol/page-errors.js'
import type { QueryService } from '../protocol/root.js'

interface Options {
  service: QueryService<Caller>
  credentials: Pick<Credentials, 'open'>
}

/** Assumes a role as whoever has a session of the console. */
export const assumeRoleForPages = ({ service, credentials }: Options) => async (ctx: Context, session: ConsoleSession, parameters: ReadonlyMap<string, string>): Promise<Readonly<TokenContent>> => {
  const answer = await inWordsOfPages(async () => service.operations.AssumeRole!.run({ parameters, caller: consoleCaller(session), ctx }))
  const { Credentials: { AccessKeyId: accessKeyId, SessionToken: sessionToken } } = answer as unknown as { Credentials: { AccessKeyId: string; SessionToken: string } }
  const opened = credentials.open({ accessKeyId, sessionToken })
  if (!opened.session) throw new Refusal('unavailable', 'The role cannot be opened at the moment. Please try again.')
  return opened.session
}
