// Pictures to scan.
import { toBuffer, toString } from 'qrcode'

/** Draws text as a QR code, as the address of an image. */
export async function qrImage(text: string): Promise<string> {
  const svg = await toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 3 })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}

/** Draws text as a QR code, as a PNG file. */
export const qrPng = (text: string): Promise<Buffer> => toBuffer(text, { type: 'png', errorCorrectionLevel: 'M', margin: 3 })
