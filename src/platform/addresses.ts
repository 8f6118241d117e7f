// Addresses of the network, as far as limits need to know them.
import { isIPv4, isIPv6 } from 'node:net'

/**
 * Names the neighbourhood that limits count by: an IPv4 address itself, of an IPv6 address the first 64 bits, because
 * whoever has one of those has them all.
 */
export function neighbourhoodOf(address: string): string {
  return isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address
}

/** Names the network that limits count by: 24 bits of an IPv4 address, 48 of an IPv6 address, which is what a site gets. */
export function networkOf(address: string): string {
  if (isIPv6(address)) return `${groupsOf(address).slice(0, 3).join(':')}::/48`
  return isIPv4(address) ? `${address.slice(0, address.lastIndexOf('.'))}.0/24` : address
}

function groupsOf(address: string): string[] {
  const [plain = ''] = address.split('%')
  const [front = '', back] = plain.split('::')
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : [])
  // The last group may be an IPv4 address, which stands for two.
  const width = (parts: string[]): number => parts.length + (parts.at(-1)?.includes('.') ? 1 : 0)
  const [head, tail] = [groups(front), groups(back)]
  const zeros = back === undefined ? [] : Array.from({ length: 8 - width(head) - width(tail) }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
}
