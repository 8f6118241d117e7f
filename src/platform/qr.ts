// Pictures to scan.
import { toString } from 'qrcode'

/** Draws text as a QR code, as the address of an image. */
export async function qrImage(text: string): Promise<string> {
  const svg = await toString(text, { type: 'svg', errorCorrectionLevel: 'M', margin: 3 })
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
}
