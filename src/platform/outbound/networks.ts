// Which addresses are on the public network, and lists of networks that an operator writes.
import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose IPv4 networks: this machine, private, link-local, shared, test and reserved ones. */
const specialIPv4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24',
  '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4',
]
/** What is special within the one part of IPv6 that is public; tunnels are, because they may end anywhere. */
const specialIPv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
const publicIPv6 = ['2000::/3']

/** Makes a list that addresses can be checked against; entries that are none are named to `complain`. */
export function networksOf(entries: readonly string[], complain: (entry: string) => void): BlockList {
  const networks = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    const bits = prefix === undefined ? most : Number(prefix)
    if (!family || !Number.isInteger(bits) || bits < 0 || bits > most) complain(entry)
    else networks.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return networks
}

/** An IPv4 address that is written as an IPv6 one, as itself. */
export const plainAddress = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? []
  if (high === undefined || low === undefined) return address
  const [one, other] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [one >> 8, one & 255, other >> 8, other & 255].join('.')
}

/** Checks addresses against lists. */
export function isWithin(address: string, networks: BlockList): boolean {
  const plain = plainAddress(address)
  const family = isIP(plain)
  return family !== 0 && networks.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}

/** Says which addresses are on the public network. */
export function isPublicAddress(): (address: string) => boolean {
  const fail = (entry: string): never => { throw new Error(`${entry} is no network`) }
  const [special, reachable] = [networksOf([...specialIPv4, ...specialIPv6], fail), networksOf(publicIPv6, fail)]
  return (address) => {
    const plain = plainAddress(address)
    const family = isIP(plain)
    return family === 4 ? !isWithin(plain, special) : family === 6 && isWithin(plain, reachable) && !isWithin(plain, special)
  }
}
