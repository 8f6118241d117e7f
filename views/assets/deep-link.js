// A link such as /start/#/console?account_id=… keeps its meaning behind the #, which no server sees.
// Turned into its plain form it survives the sign-in on the way.
(() => {
  const match = /^#\/(console|device)\/?(\?.*)?$/.exec(location.hash)
  if (!match) return
  const place = match[1] === 'device' ? '/device' : '/start/console'
  location.replace(place + (match[2] || ''))
})()
