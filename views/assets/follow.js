// Follows what happens: asks for what came after the last event that is shown, and puts it on top, until it is paused.
(() => {
  const button = document.getElementById('follow')
  const newer = document.getElementById('newer')
  const list = document.getElementById('events')
  const said = document.getElementById('follow-said')
  if (!button || !newer || !list) return

  const every = 3000
  const most = 500
  const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  let timer
  let count = 0

  // A request for a document, because it parses without any HTML string in our hands.
  const load = (url) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.responseType = 'document'
    request.timeout = 20_000
    request.onload = () => (request.status === 200 && request.response?.getElementById('events') ? resolve(request.response) : reject(new Error('no page')))
    request.onerror = request.ontimeout = reject
    request.open('GET', url)
    request.send()
  })

  const show = (page) => {
    const rows = [...page.getElementById('events').children].filter((row) => !document.getElementById(row.id)).map((row) => document.importNode(row, true))
    for (const time of rows.flatMap((row) => [...row.querySelectorAll('time[datetime]')])) {
      time.title = time.textContent
      time.textContent = local.format(new Date(time.dateTime))
    }
    list.prepend(...rows)
    while (list.children.length > most) list.lastElementChild.remove()
    if (list.children.length > 0) {
      document.getElementById('events-sheet').hidden = false
      document.getElementById('no-events')?.remove()
    }
    if (rows.length > 0) said.textContent = `${count += rows.length} new since you follow.`
  }

  const look = async () => {
    try {
      if (!document.hidden) {
        const page = await load(newer.href)
        show(page)
        // What the page calls newer is what comes after the last that it could show.
        newer.href = page.getElementById('newer')?.href ?? newer.href
      }
      if (button.dataset.on) timer = setTimeout(look, every)
    } catch {
      set(false)
      said.textContent = 'Following has stopped: the page could not be read. Your session may have ended.'
    }
  }

  const set = (isOn) => {
    clearTimeout(timer)
    if (isOn) button.dataset.on = 'true'
    else delete button.dataset.on
    button.textContent = isOn ? 'Pause' : 'Follow live'
  }

  button.addEventListener('click', () => {
    const isOn = !button.dataset.on
    set(isOn)
    said.textContent = isOn ? 'Following. New events appear on top.' : 'Paused.'
    if (isOn) void look()
  })
})()
