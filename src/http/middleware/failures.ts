// Failures that anybody can cause at will: the trail has the first of a minute, from one place and from everywhere, and is not
// filled by the rest.
import type { Context } from 'koa'
import { neighbourhoodOf } from '../../platform/addresses.js'
import type { EphemeralStore } from '../../platform/storage/ephemeral.js'
import { originOf } from './front.js'

const recordedPerMinute = 60
const recordedInAll = 600

/** True for a failure that belongs into the trail. */
export const isWorthRecording = async (ctx: Context, store: Pick<EphemeralStore, 'count'>): Promise<boolean> =>
  await store.count(`failures:${neighbourhoodOf(originOf(ctx).sourceIPAddress)}`, 60) <= recordedPerMinute && await store.count('failures', 60) <= recordedInAll
