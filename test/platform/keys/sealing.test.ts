import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { MasterKey } from '../../../src/platform/keys/master-key.js'
import { Sealer } from '../../../src/platform/keys/sealing.js'

const sealer = new Sealer(new MasterKey(randomBytes(32)), 'test')

test('opens what it sealed, in the place it was sealed for', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (plain, place) => {
    expect(sealer.open(sealer.seal(plain, place), place)).toEqual(Buffer.from(plain))
  }))
})

test('does not open a value moved to another row', () => {
  expect(sealer.open(sealer.seal('secret', 'users|seed|1'), 'users|seed|2')).toBeUndefined()
})

test('does not open a value with any bit changed', () => {
  const sealed = sealer.seal('secret', 'place')
  fc.assert(fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
    const changed = Buffer.from(sealed)
    changed[index] = changed[index]! ^ flip
    // The key id in the header only names the key.
    if (index >= 1 && index <= 4) return
    expect(sealer.open(changed, 'place')).toBeUndefined()
  }))
})

test('does not open what another key or another purpose sealed', () => {
  const master = new MasterKey(randomBytes(32))
  expect(new Sealer(master, 'a').open(sealer.seal('x', 'p'), 'p')).toBeUndefined()
  expect(new Sealer(master, 'a').open(new Sealer(master, 'b').seal('x', 'p'), 'p')).toBeUndefined()
})
