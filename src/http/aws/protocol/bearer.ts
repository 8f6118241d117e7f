// The bearer of an access token of a command line: whoever signed in with it, as long as they may.
import type { Context } from 'koa'
import type { User } from '../../../domain/directory/index.js'
import { AwsError } from './errors.js'

/** What is needed of whoever keeps access tokens. */
export interface BearerTokens {
  find(accessToken: string): Promise<{ userId: string } | undefined>
}

/** Finds who sends a request, or refuses. */
export async function bearerOf(ctx: Context, { tokens, findUser }: { tokens: BearerTokens; findUser: (id: string) => Promise<User | undefined> }): Promise<{ user: User; accessToken: string }> {
  const accessToken = ctx.get('x-amz-sso_bearer_token')
  const found = accessToken && accessToken.length <= 4096 ? await tokens.find(accessToken) : undefined
  const user = found && await findUser(found.userId)
  if (!user?.active) throw new AwsError('UnauthorizedException', 401, 'Session token not found or invalid')
  return { user, accessToken }
}
