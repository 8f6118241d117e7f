// The operations on the trail: every one there is, by name, for pages only; and the lines of an export.
import type { Context } from 'koa'
import type { ConsoleSession } from '../../../domain/sessions/index.js'
import { exportEvents, type ExportFormat } from '../../../platform/audit/index.js'
import { namedOperations, type JsonOperations } from '../protocol/json-operation.js'
import { jsonForPages, type RunForPages } from '../protocol/json-service.js'
import { readMembers } from '../protocol/members.js'
import type { JsonObject } from '../protocol/request.js'
import { eventOperations } from './events.js'
import { filters, queryOf } from './filters.js'
import type { TrailRooms } from './rooms.js'
import { viewOperations } from './views.js'

export interface TrailForPages {
  run: RunForPages
  /** Asks, records, and then gives the lines of an export, so many at once as they are taken. */
  exportLines: (ctx: Context, session: ConsoleSession, input: JsonObject & { Format: ExportFormat }) => Promise<AsyncIterable<string>>
}

/** The operations for pages; none of them is on the wire. */
export const trailOperations = (rooms: TrailRooms): JsonOperations => namedOperations({ ...eventOperations, ...viewOperations }, rooms)

/** The same ready to run, and the lines of an export. */
export function trailForPages(rooms: TrailRooms): TrailForPages {
  const run = jsonForPages(trailOperations(rooms))
  return {
    run,
    exportLines: async (ctx, session, input) => {
      await run(ctx, session, 'ExportEvents', input)
      return exportEvents(rooms.sql, input.Format, await queryOf(readMembers(filters, input), rooms))
    },
  }
}
