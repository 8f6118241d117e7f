// A chosen file is read into a text field, so that a plain form carries it.
(() => {
  for (const chooser of document.querySelectorAll('[data-read]')) {
    const field = document.getElementById(chooser.dataset.read)
    const said = document.getElementById(chooser.dataset.said)
    chooser.addEventListener('change', async () => {
      const [file] = chooser.files
      if (!file) return
      if (file.size > Number(chooser.dataset.most)) {
        said.textContent = `${file.name} is too large.`
        return
      }
      field.value = await file.text()
      said.textContent = `${file.name} is in the field below.`
    })
  }
})()
