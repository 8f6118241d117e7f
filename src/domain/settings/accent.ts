// The colour that an organization chooses, as shades that can be read by day and by night (WCAG 2.2, success criterion 1.4.3).

/** What is drawn in the colour, what is written on it, what it is under a finger, and what is only tinted by it. */
export interface Shade {
  accent: string
  ink: string
  press: string
  soft: string
}

export interface Accent {
  day: Shade
  night: Shade
}

type Rgb = readonly [red: number, green: number, blue: number]

/** The darkest ground that something stands on by day, and the lightest by night. */
const [limestone, slate] = ['#f5f4ef', '#1e2624']
const [white, black, nightInk] = ['#ffffff', '#000000', '#0d1412']
const readable = 4.5
const comfortable = 7

/** The colours of a house that has chosen none. */
export const defaultAccent: Accent = {
  day: { accent: '#1d665a', ink: white, press: '#144a41', soft: '#dfece7' },
  night: { accent: '#8ad0c1', ink: '#0d201c', press: '#b4e2d8', soft: '#233a35' },
}

const partsOf = (colour: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb

function luminance(colour: string): number {
  const [red, green, blue] = partsOf(colour).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** How well one colour stands out on another: from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number]
  return (lighter + 0.05) / (darker + 0.05)
}

/** So much of the second colour in the first. */
function mixed(colour: string, other: string, share: number): string {
  const [from, to] = [partsOf(colour), partsOf(other)]
  return `#${from.map((part, at) => Math.round(part + (to[at]! - part) * share).toString(16).padStart(2, '0')).join('')}`
}

/** The first of a hundred steps towards a colour that will do. */
function firstStep(colour: string, towards: string, willDo: (mixture: string) => boolean): string {
  for (let share = 0; share < 1; share += 0.01) {
    const mixture = mixed(colour, towards, share)
    if (willDo(mixture)) return mixture
  }
  return towards
}

/** Says why a colour cannot be the accent, in words that complete “accent …”. */
export function accentFault(colour: string): string | undefined {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return 'must be a colour such as #1d665a'
  const found = contrast(colour, limestone)
  if (found >= readable) return undefined
  const darker = firstStep(colour, black, (mixture) => contrast(mixture, limestone) >= readable)
  return `is too light to be read: its contrast is ${(Math.floor(found * 10) / 10).toFixed(1)} to 1 and has to be ${readable} to 1; ${darker} is the nearest shade that will do`
}

/** Makes the shades of a colour that has no fault; by night it is as much lighter as it takes. */
export function accentOf(colour: string): Accent {
  const day = colour.toLowerCase()
  const night = firstStep(day, white, (mixture) => contrast(mixture, slate) >= comfortable)
  return {
    day: { accent: day, ink: white, press: mixed(day, black, 0.28), soft: firstStep(mixed(white, day, 0.14), white, (tint) => contrast(day, tint) >= readable) },
    night: { accent: night, ink: nightInk, press: mixed(night, white, 0.4), soft: firstStep(mixed(slate, night, 0.14), slate, (tint) => contrast(night, tint) >= readable) },
  }
}
