// A small browser for flows without scripts: keeps cookies by path, follows redirects, fills in forms.

export interface Page {
  status: number
  url: string
  html: string
  headers: Headers
}

interface Cookie {
  name: string
  value: string
  path: string
}

/** The token in the first form of a page. */
export const csrfIn = (html: string): string => /name="csrf" value="([^"]+)"/.exec(html)![1]!

export class Browser {
  readonly cookies: Cookie[] = []
  page!: Page

  constructor(private readonly origin: string, private readonly headers: Record<string, string> = {}) {}

  /** Opens an address and follows redirects as long as they stay on our origin. */
  async open(path: string): Promise<Page> {
    return this.#go(new URL(path, this.origin), { method: 'GET' })
  }

  /** Sends the page's form (the first, or the one with this action) with these fields. */
  async submit(fields: Record<string, string> = {}, action?: string): Promise<Page> {
    const form = formsOf(this.page.html).find((candidate) => candidate.method === 'post' && (action === undefined ? !candidate.action.endsWith('/sign-out') : candidate.action === action))
    if (!form) throw new Error(`There is no such form at ${this.page.url}:\n${this.page.html.slice(0, 2000)}`)
    return this.post(new URL(form.action || this.page.url, this.page.url).href, { ...form.fields, ...fields })
  }

  async post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    return this.#go(new URL(url, this.origin), {
      method: 'POST', body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    })
  }

  async signIn(userName: string, password: string, start = '/start/'): Promise<Page> {
    await this.open(start)
    await this.submit({ userName })
    return this.submit({ password })
  }

  cookie(name: string): string | undefined {
    return this.cookies.find((cookie) => cookie.name === name)?.value
  }

  async #go(url: URL, init: RequestInit & { headers?: Record<string, string> }): Promise<Page> {
    let next = url
    let request: RequestInit & { headers?: Record<string, string> } = init
    for (let hop = 0; hop < 20; hop += 1) {
      const response = await fetch(next, { ...request, redirect: 'manual', headers: { ...this.headers, cookie: this.#cookiesFor(next.pathname), ...request.headers } })
      this.#keep(response.headers.getSetCookie(), next.pathname)
      const location = response.headers.get('location')
      if (!location) {
        this.page = { status: response.status, url: next.href, html: await response.text(), headers: response.headers }
        return this.page
      }
      next = new URL(location, next)
      if (next.origin !== this.origin) {
        this.page = { status: response.status, url: next.href, html: '', headers: response.headers }
        return this.page
      }
      request = { method: 'GET' }
    }
    throw new Error(`too many redirects, last to ${next.href}`)
  }

  #cookiesFor(path: string): string {
    return this.cookies.filter((cookie) => path === cookie.path || cookie.path === '/' || path.startsWith(`${cookie.path}/`)).map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  #keep(lines: string[], requestPath: string): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/;\s*/)
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? requestPath
      const index = this.cookies.findIndex((cookie) => cookie.name === name && cookie.path === path)
      if (index >= 0) this.cookies.splice(index, 1)
      if (value !== '' && !/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.push({ name, value, path })
    }
  }
}

interface Form {
  method: string
  action: string
  fields: Record<string, string>
}

function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].map(([, attributes = '', body = '']) => ({
    method: attributeOf(attributes, 'method') ?? 'get',
    action: attributeOf(attributes, 'action') ?? '',
    fields: Object.fromEntries([...body.matchAll(/<input\b([^>]*)>/g)].flatMap(([, input = '']) => {
      const name = attributeOf(input, 'name')
      const isUnchecked = /type="checkbox"/.test(input) && !/ checked/.test(input)
      return name && !isUnchecked ? [[name, attributeOf(input, 'value') ?? '']] : []
    })),
  }))
}

const attributeOf = (attributes: string, name: string): string | undefined => {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1]
  return value?.replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))).replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
}
