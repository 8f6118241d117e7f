// Closes the person's menu with Escape and with a click elsewhere, as people expect of a menu.
(() => {
  const menu = document.querySelector('.menu')
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return
    menu.open = false
    menu.firstElementChild.focus()
  })
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false
  })
})()
