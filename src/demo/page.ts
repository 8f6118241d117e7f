// The demo application's one page; `title` and `body` are HTML.

const style = `
:root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif }
body { max-width: 36rem; margin: 12vh auto; padding: 0 1.25rem }
h1 { font-size: 1.75rem; line-height: 1.25 }
table { border-collapse: collapse; width: 100%; overflow-wrap: anywhere }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
.button { display: inline-block; padding: .625rem 1.25rem; border-radius: .5rem; background: #7a3e65; color: #fff; text-decoration: none }
.button:focus-visible { outline: 3px solid #d08fb8; outline-offset: 2px }
`

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Reading Room</title><style>${style}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>
`
