// What axe-core finds wrong on a page. It comes in through the debugger, as the page's own policy lets no other script in.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { inPackage } from '../../src/platform/root.js'

/** The script to evaluate on a page before asking. */
export const axeScript = (): Promise<string> => readFile(inPackage('node_modules/axe-core/axe.min.js'), 'utf8')

/** Lists what is wrong, each with the HTML concerned; `options` is axe-core's, as an object literal. */
export function findings(page: Page, options: string): Promise<string[]> {
  // Only what is wrong is counted node by node, and only that is sent over.
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'], preload: false, ...${options} })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`)
}
