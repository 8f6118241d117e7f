// Search as you type, and stars without losing one's place: the same pages, fetched and swapped in.
(() => {
  const field = document.querySelector('[data-search]')
  const results = document.getElementById('results')
  let latest

  // A request for a document, because it parses without any HTML string in our hands.
  const load = (method, url, body) => new Promise((resolve, reject) => {
    latest?.abort()
    const request = latest = new XMLHttpRequest()
    request.responseType = 'document'
    request.onload = () => (request.status === 200 && request.response?.getElementById('results') ? resolve(request) : reject(new Error('no page')))
    request.onerror = reject
    request.open(method, url)
    if (body) request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded')
    request.send(body)
  })

  const swap = (page) => {
    const open = new Set([...results.querySelectorAll('details[open]')].map((account) => account.id))
    results.replaceChildren(...page.getElementById('results').childNodes)
    for (const account of results.querySelectorAll('details')) if (open.has(account.id)) account.open = true
  }

  const search = async () => {
    const url = new URL(field.form.action)
    if (field.value.trim()) url.searchParams.set('q', field.value.trim())
    try {
      const request = await load('GET', url)
      results.replaceChildren(...request.response.getElementById('results').childNodes)
      history.replaceState(null, '', url)
      const hidden = document.querySelector('#stars [name=q]')
      if (hidden) hidden.value = field.value.trim()
    } catch {
      // The session may be over: the page itself knows where to go.
      location.assign(url)
    }
  }

  let pause
  field.addEventListener('input', () => {
    clearTimeout(pause)
    pause = setTimeout(search, 150)
  })
  field.form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(pause)
    void search()
  })

  const stars = document.getElementById('stars')
  stars?.addEventListener('submit', async (event) => {
    event.preventDefault()
    const { name, value } = event.submitter
    const body = new URLSearchParams(new FormData(stars, event.submitter))
    try {
      swap((await load('POST', stars.action, body)).response)
      results.querySelector(`.account [value="${CSS.escape(value)}"], [value="${CSS.escape(value)}"]`)?.focus()
    } catch {
      event.submitter.name = name
      HTMLFormElement.prototype.submit.call(stars)
    }
  })
})()
