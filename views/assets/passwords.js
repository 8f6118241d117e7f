// Shows a password on demand, and marks the rules of a new one as they are met.
(() => {
  for (const button of document.querySelectorAll('[data-show]')) {
    const field = document.getElementById(button.dataset.show)
    const show = (shown) => {
      field.type = shown ? 'text' : 'password'
      button.firstChild.textContent = shown ? 'Hide' : 'Show'
      button.setAttribute('aria-pressed', String(shown))
    }
    button.addEventListener('click', () => show(field.type === 'password'))
    // Browsers offer to remember what is in a text field, so it is a password again when it is sent.
    field.form.addEventListener('submit', () => show(false))
  }

  for (const list of document.querySelectorAll('[data-rules]')) {
    const field = document.getElementById(list.dataset.rules)
    const untestable = list.querySelectorAll('li:not([data-pattern])')
    const rules = [...list.querySelectorAll('[data-pattern]')].map((item) => ({ item, pattern: new RegExp(item.dataset.pattern, 'u') }))
    field.addEventListener('input', () => {
      for (const { item, pattern } of rules) {
        const met = pattern.test(field.value)
        item.className = met ? 'met' : field.value ? 'unmet' : ''
        item.lastElementChild.textContent = met ? ' (met)' : field.value ? ' (not met)' : ''
      }
      // What only the server can tell was told of another password.
      for (const item of untestable) {
        item.className = ''
        item.lastElementChild.textContent = ''
      }
    })
  }
})()
