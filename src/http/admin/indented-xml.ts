// XML as people read it: an element a line, by how deep it stands. For the eye only; nothing parses it again.

/** Breaks a message into lines; text that is no XML stays as it is. */
export function indentedXml(text: string): string {
  if (!text.trimStart().startsWith('<')) return text
  const lines: string[] = []
  let depth = 0
  let canClose = false
  for (const token of text.match(/<[^>]*>?|[^<]+/g) ?? []) {
    const isEnd = token.startsWith('</')
    const isStart = token.startsWith('<') && !isEnd && !/^<[?!]|\/>$/.test(token)
    if (isEnd) depth = Math.max(0, depth - 1)
    if (!token.startsWith('<')) {
      if (token.trim() === '') continue
      lines.push(`${lines.pop() ?? ''}${token.trim()}`)
    } else if (isEnd && canClose) lines.push(`${lines.pop() ?? ''}${token}`)
    else lines.push(`${'  '.repeat(depth)}${token}`)
    // The end of an element with nothing but text in it stands on its line.
    canClose = isStart || (canClose && !token.startsWith('<'))
    if (isStart) depth += 1
  }
  return lines.join('\n')
}
