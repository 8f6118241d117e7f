// How sure one may be of the trail: how far it was signed, and when it was verified.
import { isoOf } from './people-answers.js'
import type { AdminVisit } from './visit.js'

interface TrailAnswer {
  Head?: { Position: number; SignedAt: number }
  Verifications: { Scope: 'WHOLE' | 'RECENT'; VerifiedAt: number; EventCount: number; Fault?: { Position: number; Sentence: string } }[]
}

export async function trailModel({ trail }: AdminVisit): Promise<object> {
  const { Head, Verifications } = await trail('DescribeTrail') as unknown as TrailAnswer
  const count = (number: number): string => number.toLocaleString('en-GB')
  const [fault] = Verifications.flatMap(({ Fault }) => Fault ?? [])
  return {
    head: Head && { position: count(Head.Position), at: isoOf(Head.SignedAt) }, fault: fault && { position: count(fault.Position), sentence: fault.Sentence },
    verified: Verifications.map(({ Scope, VerifiedAt, EventCount, Fault }) => ({ isWhole: Scope === 'WHOLE', at: isoOf(VerifiedAt), count: `${count(EventCount)} ${EventCount === 1 ? 'event' : 'events'}`, isFaulty: Fault !== undefined })),
  }
}
