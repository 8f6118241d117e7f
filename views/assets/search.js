// Search as you type, and stars without losing one's place: the same pages, fetched and swapped in.
(() => {
  const field = document.querySelector('[data-search]')
  const results = document.getElementById('results')
  const stars = document.getElementById('stars')
  let latest
  // Where there is nothing yet, there is nothing to search.
  if (!field) return

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

  // The count stays the same element, so that screen readers say it when it changes.
  const swap = (page, reopened = []) => {
    document.getElementById('count').textContent = page.getElementById('count').textContent
    results.replaceChildren(...page.getElementById('results').childNodes)
    for (const account of results.querySelectorAll('details')) if (reopened.includes(account.id)) account.open = true
  }

  const search = async () => {
    const url = new URL(field.form.action)
    for (const [name, value] of new FormData(field.form)) if (value.trim()) url.searchParams.set(name, value.trim())
    try {
      swap((await load('GET', url)).response)
      history.replaceState(null, '', url)
      // A star pressed now comes back to these results.
      if (stars) {
        stars.elements.q.value = url.searchParams.get('q') ?? ''
        stars.elements.page.value = '1'
      }
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

  stars?.addEventListener('submit', async (event) => {
    event.preventDefault()
    const { value } = event.submitter
    const inAccount = Boolean(event.submitter.closest('details'))
    const body = new URLSearchParams(new FormData(stars, event.submitter))
    try {
      const page = (await load('POST', stars.action, body)).response
      swap(page, [...results.querySelectorAll('details[open]')].map((account) => account.id))
      // The same star again, where it stood if it is still there.
      const again = [...results.querySelectorAll('button[form]')].filter((button) => button.value === value)
      ;(inAccount ? again.at(-1) : again[0])?.focus()
    } catch {
      location.reload()
    }
  })
})()
