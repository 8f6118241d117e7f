// Policy documents as somebody writes them on a page: every fault by its place, before anything is kept.
import { parsePolicy, type PolicyKind, type PolicyOptions } from '../../domain/policy/index.js'
import { Refusal } from '../../platform/errors.js'

/** One fault of a document, as the page lists it. */
export interface DocumentFault {
  path: string
  line: number | undefined
  problem: string
  mend: string
}

/** Lists what is wrong with a document; nothing where it can be kept. */
export function faultsOf(text: string, kind: PolicyKind, options?: PolicyOptions): DocumentFault[] {
  const { faults } = parsePolicy(text, kind, options)
  return (faults ?? []).map(({ path, line, problem, mend }) => ({ path, line, problem, mend }))
}

/** Refuses a document that has faults; the page lists them. */
export function checkDocument(text: string, kind: PolicyKind, options?: PolicyOptions): void {
  const count = faultsOf(text, kind, options).length
  if (count > 0) throw new Refusal('policy-malformed', count === 1 ? 'There is something in the document to mend.' : `There are ${count} things in the document to mend.`)
}

/** Spells a document so that people can read it. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

/** What a new document begins with. */
export const firstPolicy = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [],
      "Resource": "*"
    }
  ]
}`

/** What a new role's trust begins with: the account itself. */
export const firstTrust = (accountId: string): string => `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::${accountId}:root" },
      "Action": "sts:AssumeRole"
    }
  ]
}`
