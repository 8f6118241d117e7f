// Names the place of an address as far as it shows in the address itself.
import { BlockList, isIP } from 'node:net'

/** Says `this computer` or `your own network`; undefined for an address of the internet. */
export function placeFinder(): (address: string) => string | undefined {
  const own = new BlockList()
  own.addSubnet('127.0.0.0', 8)
  own.addAddress('::1', 'ipv6')
  const near = new BlockList()
  for (const [network, bits] of [['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16], ['100.64.0.0', 10]] as const) near.addSubnet(network, bits)
  near.addSubnet('fc00::', 7, 'ipv6')
  near.addSubnet('fe80::', 10, 'ipv6')
  return (address) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (!isIP(address)) return undefined
    if (own.check(address, family)) return 'this computer'
    return near.check(address, family) ? 'a private network' : undefined
  }
}
