// Limits count an address of IPv6 with its whole network, however it is spelled.
import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { neighbourhoodOf, networkOf } from '../../src/platform/addresses.js'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['1:2:3:4:5:6:192.0.2.7', '1:2:3:4::/64'],
  ['', ''],
  ['self', 'self'],
])('%s counts as %s', (address, neighbourhood) => {
  expect(neighbourhoodOf(address)).toBe(neighbourhood)
})

test('two addresses count as one exactly when they share the first 64 bits', () => {
  fc.assert(fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
    fc.pre(isIP(one) === 6 && isIP(other) === 6)
    const network = new BlockList()
    network.addSubnet(one, 64, 'ipv6')
    expect(neighbourhoodOf(one) === neighbourhoodOf(other)).toBe(network.check(other, 'ipv6'))
    expect(neighbourhoodOf(one)).toBe(neighbourhoodOf(`${neighbourhoodOf(one).slice(0, -5)}:1:2:3:4`))
  }))
})

test.each([['192.0.2.7', '192.0.2.0/24'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'], ['2001:DB8::1', '2001:db8:0::/48'], ['::1', '0:0:0::/48'], ['', ''], ['self', 'self']])('%s is of the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
