// What monitors read, of what the rooms know.
import { metricsDoor } from '../http/operations/index.js'
import type { Rooms } from './rooms.js'

export const metricsOf = ({ identitySources, sourceCertificates, samlKeys, log }: Rooms): ReturnType<typeof metricsDoor> => metricsDoor({
  sources: async () => {
    const [sources, ends] = await Promise.all([identitySources.list(), sourceCertificates.lastEnds()])
    return sources.flatMap(({ id, name }) => (ends.has(id) ? [{ labels: { source: name, source_id: id }, endsAt: ends.get(id)! }] : []))
  },
  own: async () => (await samlKeys.list()).map(({ purpose, state, notAfter }) => ({ labels: { purpose, state }, endsAt: notAfter })),
  onFailure: (error) => log.warn({ err: error }, 'a monitor could not be answered'),
})
