// The slash key leads to the search over everything, unless somebody is writing.
(() => {
  const field = document.getElementById('find')
  if (!field) return
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, [contenteditable]')) return
    event.preventDefault()
    field.focus()
    field.select()
  })
})()
