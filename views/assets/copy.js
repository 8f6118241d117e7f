// Copy buttons: the text of an element goes to the clipboard, and the button says so for a moment.
(() => {
  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy).textContent.trim()
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      // Without a secure origin there is no clipboard interface; a selection still works.
      const area = Object.assign(document.createElement('textarea'), { value: text, readOnly: true })
      area.className = 'visually-hidden'
      document.body.append(area)
      area.select()
      document.execCommand('copy')
      area.remove()
      button.focus()
    }
    const label = button.firstChild
    label.textContent = 'Copied'
    button.classList.add('copied')
    setTimeout(() => {
      label.textContent = 'Copy'
      button.classList.remove('copied')
    }, 2000)
  }
  const said = document.createElement('p')
  said.className = 'visually-hidden'
  said.setAttribute('role', 'status')
  document.querySelector('main').append(said)
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    event.preventDefault()
    void copy(button).then(() => { said.textContent = `Copied${button.lastElementChild.textContent}` })
  })
})()
