// What the scenarios found: medians with their spread, one table for people and the same as JSON.

/** One line of the report. */
export interface Figure {
  /** What was measured, and over which stores. */
  name: string
  stores: string
  /** The figure itself, in words with its unit. */
  figure: string
  /** What it is held against, measured in the same run. */
  limit?: string
  /** Of the rounds: how the figure compares with its limit, by the clock. */
  ratio?: Spread
  /** The same by processor time, which other programs on the machine disturb less. */
  ratioByProcessor?: Spread
  /** The aim in words. */
  aim?: string
  met?: boolean
}

export interface Spread {
  median: number
  least: number
  most: number
}

/** Finds the median of several rounds, and how far apart they lie. */
export function spreadOf(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return { median, least: sorted[0]!, most: sorted.at(-1)! }
}

/** Spells a number with as many digits as say something. */
export const spelled = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))

const spelledSpread = (spread: Spread | undefined): string => (spread ? `${spread.median.toFixed(2)} (${spread.least.toFixed(2)}–${spread.most.toFixed(2)})` : '')

const heads = ['Measured', 'Stores', 'Figure', 'Limit', 'Ratio (spread)', 'By processor time', 'Aim', 'Met']

/** Lays figures out as one table in Markdown. */
export function tableOf(figures: Figure[]): string {
  const rows = figures.map(({ name, stores, figure, limit = '', ratio, ratioByProcessor, aim = '', met }) => [
    name, stores, figure, limit, spelledSpread(ratio), spelledSpread(ratioByProcessor), aim, met === undefined ? '' : met ? 'yes' : 'NO'])
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
