// Addresses of the network, as far as limits need to know them.
import { isIPv6 } from 'node:net'

/**
 * Names the neighbourhood that limits count by: an IPv4 address itself, of an IPv6 address the first 64 bits, because
 * whoever has one of those has them all.
 */
export function neighbourhoodOf(address: string): string {
  if (!isIPv6(address)) return address
  const [plain = ''] = address.split('%')
  const [front = '', back] = plain.split('::')
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : [])
  // The last group may be an IPv4 address, which stands for two.
  const width = (parts: string[]): number => parts.length + (parts.at(-1)?.includes('.') ? 1 : 0)
  const [head, tail] = [groups(front), groups(back)]
  const zeros = back === undefined ? [] : Array.from({ length: 8 - width(head) - width(tail) }, () => '0')
  return `${[...head, ...zeros, ...tail].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
