// Copy buttons: a value, or the text of an element, goes to the clipboard, and the button says so for a moment.
(() => {
  const write = async (text, button) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text)
    // Without a secure origin there is no clipboard interface; a selection still works.
    const area = Object.assign(document.createElement('textarea'), { value: text, readOnly: true, className: 'visually-hidden' })
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
    button.focus()
  }

  const said = document.createElement('p')
  said.className = 'visually-hidden'
  said.setAttribute('role', 'status')
  document.querySelector('main').append(said)

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy], [data-text]')
    if (!button || button.classList.contains('copied')) return
    const { copy, text } = button.dataset
    await write(text ?? document.getElementById(copy).textContent.trim(), button)
    const label = button.firstChild
    const before = label.textContent
    label.textContent = 'Copied'
    said.textContent = `${before}: done`
    button.classList.add('copied')
    setTimeout(() => {
      label.textContent = before
      said.textContent = ''
      button.classList.remove('copied')
    }, 2000)
  })
})()
