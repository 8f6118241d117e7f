// Leaves tests out on a machine that lacks a program they need, and says so at the end of the run. With
// CI=true nothing may be left out: there a missing program is a failing test.
import { appendFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { findProgram, type Program } from './binaries.js'

const programs = {
  postgres: ['postgres', 'initdb', 'pg_ctl'],
  redis: ['redis-server'],
  chromium: ['chromium'],
  aws: ['aws'],
  oathtool: ['oathtool'],
  slapd: ['slapd', 'slapadd'],
  simplesamlphp: ['php', 'simplesamlphp'],
} satisfies Record<string, Program[]>

export type Need = keyof typeof programs

type Body = jest.ProvidesCallback

/** What to use in place of jest's `describe` and `test`. */
export interface Gate {
  describe(name: string, body: () => void): void
  test(name: string, body: Body, timeout?: number): void
}

function record(name: string, missing: string[]): void {
  const run = process.env['GATEHOUSE_TEST_RUN']
  if (!run) return
  const file = relative(process.cwd(), expect.getState().testPath ?? '')
  appendFileSync(join(run, 'left-out.jsonl'), `${JSON.stringify({ file, name, missing })}\n`)
}

/** Opens the gate for tests that need these: `needs('redis').describe('…', () => …)`. */
export function needs(...needed: Need[]): Gate {
  const missing = needed.flatMap(need => programs[need]).filter(program => !findProgram(program))
  if (missing.length === 0) return { describe, test }
  if (process.env['CI'] === 'true') {
    const fail = (name: string) => test(name, () => {
      throw new Error(`${missing.join(', ')} must be installed where CI=true`)
    })
    return { describe: fail, test: fail }
  }
  const { skip: leaveOut } = test
  return {
    describe: (name, body) => {
      record(name, missing)
      describe.skip(name, body)
    },
    test: (name, body) => {
      record(name, missing)
      leaveOut(name, body)
    },
  }
}
