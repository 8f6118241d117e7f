import fc from 'fast-check'
import { parseMultipart, type Part } from '../../../src/http/middleware/multipart.js'

const written = (parts: Part[], boundary: string): Buffer => Buffer.concat([
  ...parts.flatMap(({ name, fileName, content }) => [Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\nContent-Type: x/y\r\n\r\n`), content, Buffer.from('\r\n')]),
  Buffer.from(`--${boundary}--\r\n`),
])

const word = fc.stringMatching(/^[a-z]{1,12}$/)
const part = fc.record({ name: word, fileName: fc.option(word, { nil: undefined }), content: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) })

test('reads what was written, byte by byte', () => {
  fc.assert(fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
    expect(parseMultipart(written(parts as Part[], 'x-boundary-1'), 'multipart/form-data; boundary=x-boundary-1').map(({ name, fileName, content }) => [name, fileName, content.toString('hex')]))
      .toEqual(parts.map(({ name, fileName, content }) => [name, fileName, content.toString('hex')]))
  }))
})

test('refuses everything else in the same words', () => {
  const whole = written([{ name: 'a', content: Buffer.from('b') }], 'x')
  for (const [body, type] of [[whole, 'multipart/form-data'], [whole.subarray(0, -6), 'multipart/form-data; boundary=x'], [Buffer.from('--x\r\nno head\r\n--x--'), 'multipart/form-data; boundary=x'], [whole, 'multipart/form-data; boundary=y']] as const) {
    expect(() => parseMultipart(Buffer.from(body), type)).toThrow('The form did not arrive as a browser sends it.')
  }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    try {
      parseMultipart(Buffer.from(bytes), 'multipart/form-data; boundary=x')
    } catch (error) {
      expect((error as Error).message).toBe('The form did not arrive as a browser sends it.')
    }
  }))
})
