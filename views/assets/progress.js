// Follows work that goes on in the background: the same page, fetched now and then, and loaded whole once it is done.
(() => {
  const place = document.getElementById('progress')
  const every = 1500
  if (!place?.dataset.progress) return

  const look = () => {
    const request = new XMLHttpRequest()
    request.responseType = 'document'
    request.onload = () => {
      const next = request.status === 200 && request.response?.getElementById('progress')
      if (!next || !next.dataset.progress) return location.reload()
      place.querySelector('[role=status]').textContent = next.querySelector('[role=status]').textContent
      const bar = place.querySelector('progress')
      if (bar) bar.value = next.querySelector('progress').value
      setTimeout(look, every)
    }
    request.onerror = () => setTimeout(look, every * 4)
    request.open('GET', place.dataset.progress)
    request.send()
  }
  setTimeout(look, every)
})()
