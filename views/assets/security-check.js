// Solves the security check while one types: tries numbers until the key derived from one begins as it should.
(() => {
  const field = document.querySelector('[data-security-check]')
  if (!field) return
  const status = document.querySelector('[data-security-status]')
  const { form } = field
  const { nonce, salt, cost, keyLength, keyPrefix } = JSON.parse(form.elements.challenge.value).parameters
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16))
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')

  const derive = async (counter) => {
    const password = new Uint8Array(nonce.length / 2 + 4)
    password.set(bytes(nonce))
    new DataView(password.buffer).setUint32(nonce.length / 2, counter)
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const derivedKey = hex(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: bytes(salt), iterations: cost }, key, keyLength * 8))
    return { counter, derivedKey }
  }

  const solve = async () => {
    // The browser's own threads work on several at once.
    for (let counter = 0; ; counter += 16) {
      const tries = await Promise.all(Array.from({ length: 16 }, (_, index) => derive(counter + index)))
      const solution = tries.find(({ derivedKey }) => derivedKey.startsWith(keyPrefix))
      if (solution) return solution
    }
  }

  const solved = solve().then((solution) => {
    field.value = JSON.stringify(solution)
    status.textContent = 'Security check: passed.'
  }, () => {
    status.textContent = 'Security check: your browser could not do it. Wait a minute, then send the form.'
  })

  form.addEventListener('submit', (event) => {
    if (field.value) return
    event.preventDefault()
    status.textContent = 'Security check: one moment, then the form is sent.'
    solved.then(() => form.submit())
  }, { once: true })
})()
