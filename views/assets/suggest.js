// Names that begin as somebody types are offered below the field.
(() => {
  for (const field of document.querySelectorAll('[data-suggest]')) {
    const list = document.createElement('datalist')
    list.id = `${field.id}-choices`
    field.after(list)
    field.setAttribute('list', list.id)
    let latest
    let pause

    const ask = async () => {
      latest?.abort()
      latest = new AbortController()
      const url = new URL(field.dataset.suggest, location.origin)
      url.searchParams.set('q', field.value.trim())
      try {
        const response = await fetch(url, { signal: latest.signal, redirect: 'error' })
        if (!response.ok) return
        const { suggestions } = await response.json()
        list.replaceChildren(...suggestions.map(({ value, label }) => {
          const option = document.createElement('option')
          option.value = value
          option.label = label || value
          return option
        }))
      } catch {
        // Nothing is offered then; the field takes a name all the same.
      }
    }

    field.addEventListener('input', () => {
      clearTimeout(pause)
      if (field.value.trim()) pause = setTimeout(ask, 150)
    })
  }
})()
