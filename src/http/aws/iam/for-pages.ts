// The operations for pages: the same permissions, checks and events as on the wire, with refusals in the words of the house.
import type { Context } from 'koa'
import type { Decision } from '../../../domain/policy/index.js'
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import type { Caller } from '../protocol/caller.js'
import { consoleCaller } from '../protocol/console-caller.js'
import { inWordsOfPages } from '../protocol/page-errors.js'
import type { Permissions, Wish } from '../protocol/permissions.js'
import type { QueryService } from '../protocol/root.js'
import type { XmlContent } from '../protocol/xml.js'

interface Options {
  service: QueryService<Caller>
  permissions: Permissions
}

/** Decides and does things as whoever has a session of the console. */
export const iamForPages = ({ service, permissions }: Options) => ({
  decide: (ctx: Context, session: ConsoleSession, wishes: readonly Wish[]): Promise<Decision[]> => permissions.decide(consoleCaller(session), wishes, ctx),
  run: async (ctx: Context, session: ConsoleSession, operation: string, parameters: ReadonlyMap<string, string>): Promise<XmlContent | undefined> => {
    return inWordsOfPages(async () => service.operations[operation]!.run({ parameters, caller: consoleCaller(session), ctx }))
  },
})
