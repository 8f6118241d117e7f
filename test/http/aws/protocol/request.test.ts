import { createServer, request as ask, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import fc from 'fast-check'
import Koa, { type Context } from 'koa'
import { oidcLanguage } from '../../../../src/http/aws/protocol/errors.js'
import { answerIn, formPairs, gather, pairsOf, parseJson, queryParameters, readBody, requestIdOf, sendJson } from '../../../../src/http/aws/protocol/request.js'
import { Refusal } from '../../../../src/platform/errors.js'

const malformed = expect.objectContaining({ code: 'SerializationException', status: 400 })

describe('a JSON body', () => {
  test('is an object, or empty', () => {
    expect(parseJson(Buffer.from('{"a":[1,{"b":null}]}'))).toEqual({ a: [1, { b: null }] })
    expect(parseJson(Buffer.alloc(0))).toEqual({})
  })

  test.each(['[]', '1', 'null', '"a"', '{', '{"a":1}x', '{"a":undefined}', "{'a':1}", '['.repeat(100_000), '\ufeff{}x'])('refuses %.20s', (text) => {
    expect(() => parseJson(Buffer.from(text))).toThrow(malformed)
  })

  test('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toThrow(malformed)
  })

  test('loses members that could reach a prototype, however deep and however spelled', () => {
    const value = parseJson(Buffer.from('{"__proto__":{"admin":1},"a":{"constructor":{"prototype":{"admin":1}},"\\u005f_proto__":1,"b":1}}'))
    expect(value).toEqual({ a: { b: 1 } })
    expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf({ ...value }))
    expect((value as { admin?: unknown }).admin).toBeUndefined()
  })

  test.each(['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '{"x":[{"a":{},"b":"}","a" : 1}]}'])('refuses a member that is there twice: %s', (text) => {
    expect(() => parseJson(Buffer.from(text))).toThrow(malformed)
  })

  test('takes a name again in another object, and as a value', () => {
    const text = '{"a":{"a":"a"},"b":["a","a:","\\"a\\":",{"a":1},{"a":"{"}]}'
    expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text))
  })

  test('never fails in another way', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      try {
        expect(typeof parseJson(Buffer.from(text))).toBe('object')
      } catch (error) {
        expect(error).toEqual(malformed)
      }
    }))
  })
})

describe('parameters', () => {
  test('are decoded once, and a plus sign is a space in a form only', () => {
    expect([...queryParameters('/x?role_name=a%2Bb+c&d=%2541&e&=f')]).toEqual([['role_name', 'a+b+c'], ['d', '%41'], ['e', ''], ['', 'f']])
    expect(formPairs(Buffer.from('a=b+c&d=%2B&Tags.member.1.Key=k%3Dv=w'))).toEqual([['a', 'b c'], ['d', '+'], ['Tags.member.1.Key', 'k=v=w']])
    expect([...queryParameters('/x')]).toEqual([])
  })

  test('are refused where one is there twice, by whatever spelling', () => {
    expect(() => queryParameters('/?a=1&a=1')).toThrow(expect.objectContaining({ code: 'InvalidQueryParameter' }))
    expect(() => queryParameters('/?a=1&%61=2')).toThrow(expect.objectContaining({ code: 'InvalidQueryParameter' }))
  })

  test.each(['%', 'a=%zz', '%ff', 'a=%ed%a0%80'])('are refused where they are malformed: %s', (text) => {
    expect(() => pairsOf(text)).toThrow(expect.objectContaining({ code: 'MalformedQueryString', status: 404 }))
  })

  test('come back as they were written, whatever they are', () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), (wanted) => {
      const text = Object.entries(wanted).map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
      expect([...gather(formPairs(Buffer.from(text)))]).toEqual(Object.entries(wanted))
    }))
  })
})

describe('an answer', () => {
  let server: Server
  const logged: unknown[][] = []
  let work: (ctx: Context) => Promise<void>
  const seen: unknown[] = []

  beforeAll(async () => {
    const app = new Koa()
    app.silent = true
    app.use(answerIn(oidcLanguage, { error: (...args: unknown[]) => void logged.push(args) }))
    app.use((ctx) => work(ctx))
    server = createServer(app.callback())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => new Promise((resolve) => {
    server.closeAllConnections()
    server.close(resolve)
  }))
  beforeEach(() => {
    logged.length = 0
    seen.length = 0
  })

  const port = () => (server.address() as AddressInfo).port
  const post = (body?: BodyInit) => fetch(`http://127.0.0.1:${port()}/token`, { method: 'POST', ...(body !== undefined && { body, duplex: 'half' }) })

  test('has a request id, a date, and is never stored', async () => {
    let id: string | undefined
    work = async (ctx) => {
      id = requestIdOf(ctx)
      sendJson(ctx, { a: 1 })
    }
    const answer = await post()
    expect(answer.headers.get('x-amzn-requestid')).toBe(id)
    expect(Number.isNaN(Date.parse(answer.headers.get('date')!))).toBe(false)
    expect([answer.headers.get('cache-control'), answer.headers.get('content-type'), await answer.json()]).toEqual(['no-store', 'application/json', { a: 1 }])
  })

  test('says when to come again, and logs what was not the fault of who asked', async () => {
    work = async () => {
      throw new Refusal('unavailable', 'Not now.', { retryAfter: 7, cause: new Error('down') })
    }
    const answer = await post()
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('x-amzn-errortype')]).toEqual([500, '7', 'InternalServerException'])
    expect(logged).toHaveLength(1)
  })

  test('does not log what was', async () => {
    work = async () => {
      throw new Refusal('expired', 'Over.')
    }
    expect((await post()).status).toBe(400)
    expect(logged).toEqual([])
  })

  test('refuses a body over the limit, with a length or in chunks, and reads one within it', async () => {
    work = async (ctx) => {
      const { length } = await readBody(ctx, 1000)
      sendJson(ctx, { length })
    }
    expect(await (await post('x'.repeat(1000))).json()).toEqual({ length: 1000 })
    expect((await post('x'.repeat(1001))).status).toBe(413)
    const stream = new ReadableStream({ start: (controller) => {
      controller.enqueue(new TextEncoder().encode('x'.repeat(2000)))
      controller.close()
    } })
    expect(await (await post(stream)).json()).toMatchObject({ error: 'invalid_request', message: 'The request body is longer than 1000 bytes.' })
  })

  test('is not owed to who leaves before the body is whole, and nothing is logged as our fault', async () => {
    const left = new Promise<void>((resolve) => {
      work = async (ctx) => {
        try {
          await readBody(ctx, 1000)
        } catch (error) {
          seen.push(error)
          throw error
        } finally {
          resolve()
        }
      }
    })
    const socket = connect(port(), '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc')
      setTimeout(() => socket.destroy(), 20)
    })
    await left
    expect(seen).toEqual([expect.objectContaining({ code: 'invalid-input' })])
    expect(logged).toEqual([])
  })

  test('survives a request without anything', async () => {
    work = async (ctx) => sendJson(ctx, parseJson(await readBody(ctx)))
    const status = await new Promise((resolve) => {
      ask({ port: port(), host: '127.0.0.1', method: 'POST' }, (answer) => resolve(answer.resume().statusCode)).end()
    })
    expect(status).toBe(200)
  })
})
