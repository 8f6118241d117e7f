// Reads YAML text into plain values, and finds the line a path is written on. Bounded in size, depth and
// aliases, so that no text can exhaust the process.
import { Composer, LineCounter, Parser, type Document, type YAMLError } from 'yaml'
import type { Fault } from '../../platform/errors.js'
import { PlainTree, type Path } from './plain-tree.js'

const maxDepth = 64

export interface Tree {
  /** The document as plain values; undefined where faults keep it from being read. */
  value: unknown
  faults: Fault[]
  /** Finds the 1-based line of a path, or of the nearest thing around it that is written. */
  lineOf: (path: Path) => number
}

// The parser's own messages quote the text, and the text may be a secret.
const sentences: Record<string, string> = {
  BAD_ALIAS: 'has an alias (*) or anchor (&) that is not well formed',
  BAD_DIRECTIVE: 'has a directive (%) that is not known here',
  BAD_DQ_ESCAPE: 'has an escape (\\) that double quotes do not know',
  BAD_INDENT: 'is not indented as the lines around it',
  BAD_SCALAR_START: 'begins with a character that needs quotes around the text',
  BLOCK_AS_IMPLICIT_KEY: 'has a list or map where a key on one line is expected',
  KEY_OVER_1024_CHARS: 'has a key longer than 1024 characters',
  MISSING_CHAR: 'misses a character here or before, such as a closing quote, bracket, comma or space',
  MULTILINE_IMPLICIT_KEY: 'has a key that goes over several lines: is a colon or a quote missing?',
  MULTIPLE_ANCHORS: 'has two anchors',
  MULTIPLE_TAGS: 'has two tags',
  TAB_AS_INDENT: 'is indented with a tab; YAML wants spaces',
  TAG_RESOLVE_FAILED: 'has a tag (!) that is not known here',
  UNEXPECTED_TOKEN: 'has something here that YAML does not expect',
}

const sentenceOf = (error: YAMLError): string => sentences[error.code] ?? `is not valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`

class TooDeep extends Error {
  constructor(readonly offset: number) {
    super('nested too deeply')
  }
}

// What comes after this recurses, so depth is bounded while the tokens still come one by one.
function* boundedTokens(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine)
  const { next } = parser
  parser.next = function* (source) {
    if (parser.stack.length > maxDepth) throw new TooDeep(parser.offset)
    yield* next.call(parser, source)
  }
  yield* parser.parse(text)
}

function compose(text: string, lines: LineCounter): Document.Parsed[] {
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, version: '1.2', schema: 'core', merge: false, logLevel: 'silent' })
  return [...composer.compose(boundedTokens(text, lines), true, text.length)]
}

const fault = (message: string, line: number): Fault => ({ path: '', message, line })

function syntaxFaults(documents: Document.Parsed[], lineAt: (offset: number) => number): Fault[] {
  const faults = new Map<string, Fault>()
  const [, second] = documents
  if (second) faults.set('documents', fault('is a second document; the file must be one', lineAt(second.range[0])))
  for (const error of documents.flatMap((document) => [...document.errors, ...document.warnings])) {
    const line = lineAt(error.pos[0])
    const message = sentenceOf(error)
    faults.set(`${line} ${message}`, fault(message, line))
  }
  return [...faults.values()]
}

/** Reads text as one YAML document. Never throws: whatever is wrong is in `faults`. */
export function readYaml(text: string): Tree {
  const lines = new LineCounter()
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  const unread = (faults: Fault[]): Tree => ({ value: undefined, faults, lineOf: () => 1 })
  let documents: Document.Parsed[]
  try {
    documents = compose(text, lines)
  } catch (cause) {
    if (cause instanceof TooDeep) return unread([fault(`is nested more than ${maxDepth} levels deep`, lineAt(cause.offset))])
    return unread([fault('is not valid YAML', 1)])
  }
  const faults = syntaxFaults(documents, lineAt)
  const [document] = documents
  if (faults.length > 0 || !document) return unread(faults)
  const tree = new PlainTree(document.contents, lineAt)
  return { value: tree.value, faults: tree.faults, lineOf: (path) => tree.lineOf(path) }
}
