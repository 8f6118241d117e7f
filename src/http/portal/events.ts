// What the events of everything that is done in the portal have in common: where it came from, who did it, in which session.
import type { AuditEvent } from '../../platform/audit/index.js'
import { originOf } from '../middleware/front.js'
import type { Visit } from './portal.js'

export const aboutVisit = ({ ctx, user, sessionUid }: Pick<Visit, 'ctx' | 'user' | 'sessionUid'>): Pick<AuditEvent, 'origin' | 'userId' | 'sessionId'> =>
  ({ origin: originOf(ctx), userId: user.id, sessionId: sessionUid })
