// A policy document is checked while it is written: what is wrong is told a moment after the last key, at its place.
(() => {
  const form = document.querySelector('[data-check]')
  const field = form?.querySelector('textarea')
  const state = form && document.getElementById(form.dataset.check)
  if (!field || !state) return
  let latest
  let pause

  // A request for a document, because it parses without any HTML string in our hands.
  const check = () => {
    latest?.abort()
    const body = new URLSearchParams(new FormData(form))
    body.set('check', 'yes')
    const request = latest = new XMLHttpRequest()
    request.responseType = 'document'
    request.onload = () => {
      const told = request.response?.getElementById(state.id)
      if (request.status !== 200 || !told) return
      state.replaceChildren(...told.childNodes)
      // What was wrong when it was sent is told anew.
      document.getElementById('problems')?.remove()
      const faulty = state.querySelector('#document-faults')
      if (faulty) {
        field.setAttribute('aria-invalid', 'true')
        field.setAttribute('aria-describedby', 'document-faults')
      } else {
        field.removeAttribute('aria-invalid')
        field.removeAttribute('aria-describedby')
      }
    }
    request.open('POST', location.href)
    request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded')
    request.send(body)
  }

  field.addEventListener('input', () => {
    clearTimeout(pause)
    pause = setTimeout(check, 500)
  })
})()
