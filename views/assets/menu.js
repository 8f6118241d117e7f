// Closes menus with Escape and with a click elsewhere, as people expect of a menu.
(() => {
  const menus = document.querySelectorAll('.menu, .go-to')
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    for (const menu of menus) {
      if (!menu.open) continue
      menu.open = false
      menu.firstElementChild.focus()
    }
  })
  document.addEventListener('click', (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false
  })
})()
