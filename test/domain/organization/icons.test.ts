import { exportOrganization } from '../../../src/domain/organization/export.js'
import { nothingYet } from '../../../src/domain/organization/snapshot.js'
import { declared, faultsIn, head } from './support.js'

const svg = '<?xml version="1.0"?>\n<!-- a book --><svg xmlns="http://www.w3.org/2000/svg"/>'
const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex')
const webp = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBP', 'latin1'), Buffer.alloc(8)])
const withIcon = (icon: string): string => `${head}applications: [{ name: Wiki, startUrl: "https://wiki.example.com/", icon: "${icon}" }]`
const iconOf = (content: string | Uint8Array, name = 'icons/wiki'): string | null | undefined => declared(withIcon(name), { readFile: () => content }).applications?.[0]?.icon

test.each([['svg+xml', svg], ['png', png], ['webp', webp]])('keeps a picture as a data: address, whatever its file is called: %s', (type, content) => {
  expect(iconOf(content)).toBe(`data:image/${type};base64,${Buffer.from(content).toString('base64')}`)
})

test.each([
  ['a page', '<!doctype html><svg></svg>', 'must be an SVG, PNG or WebP picture (icons/wiki is none)'],
  ['nothing', '', 'must be an SVG, PNG or WebP picture (icons/wiki is none)'],
  ['too much', `<svg>${' '.repeat(70_000)}</svg>`, 'is larger than 64 kB (icons/wiki has 69 kB)'],
])('refuses a file that holds %s', (_, content, fault) => {
  expect(faultsIn(withIcon('icons/wiki'), { readFile: () => content })).toEqual([`5 applications[0].icon: ${fault}`])
})

test('names a file that cannot be read', () => {
  expect(faultsIn(withIcon('icons/wiki.svg'))).toEqual(['5 applications[0].icon: is in the file icons/wiki.svg, which cannot be read'])
})

test.each(['data:text/html;base64,PHN2Zz4=', 'data:image/png;base64,AAAA', 'data:image/svg+xml,<svg/>'])('refuses the address %s', (address) => {
  expect(faultsIn(withIcon(address))).toHaveLength(1)
})

test('an exported picture comes back as it was', () => {
  const icon = iconOf(svg)!
  const text = exportOrganization({ ...nothingYet(), applications: [{ name: 'Wiki', startUrl: 'https://wiki.example.com/', icon, hasSecret: false, assignedTo: [] }] })
  expect(declared(`${head}${text.slice(text.indexOf('applications:'))}`).applications?.[0]?.icon).toBe(icon)
})
