// Passkeys: a form with data-passkey ("get" or "create") asks the browser for one and sends what it answers.
// data-options: where to learn what to ask for. data-conditional: also offer passkeys in the user name field.
// data-optional: hide the form in a browser that has none.
(() => {
  const words = {
    waiting: 'Follow what your browser asks you.',
    unsupported: 'This browser cannot use passkeys or security keys. Choose another way, or try another browser.',
    stale: 'This page was open for too long. Reload it and try again.',
    offline: 'There was no answer. Check your connection and try again.',
    late: 'That took too long. Please try again.',
    NotAllowedError: 'Nothing was confirmed. Try again when you are ready.',
    InvalidStateError: 'This device or key is registered already. Use another one.',
    NotSupportedError: 'This device or key cannot be used here. Use another one.',
    ConstraintError: 'This device or key cannot be used here. Use another one.',
    SecurityError: 'Passkeys do not work at this address. Please tell the people who look after access.',
    other: 'That did not work. Please try again.',
  }
  // Before the server forgets what it asked.
  const renewal = 4 * 60_000

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  const spelled = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }))

  const ask = {
    get: (options, rest) => navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) }, ...rest }),
    create: (options, rest) => navigator.credentials.create({
      publicKey: { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: named(options.excludeCredentials) }, ...rest,
    }),
  }

  const answerOf = ({ rawId, response }) => JSON.stringify({
    id: spelled(rawId),
    clientDataJSON: spelled(response.clientDataJSON),
    ...(response.attestationObject
      ? { attestationObject: spelled(response.attestationObject), transports: response.getTransports?.() ?? [] }
      : { authenticatorData: spelled(response.authenticatorData), signature: spelled(response.signature), ...(response.userHandle && { userHandle: spelled(response.userHandle) }) }),
  })

  const optionsOf = async (form) => {
    const answer = await fetch(form.dataset.options, { method: 'POST', body: new URLSearchParams({ csrf: form.elements.csrf.value }), redirect: 'error' }).catch(() => undefined)
    if (!answer) throw Object.assign(new Error(), { name: 'offline' })
    if (!answer.ok) throw Object.assign(new Error(), { name: 'stale' })
    return answer.json()
  }

  // A browser has one request open at a time: each ends the one before.
  let current
  const run = async (form, rest = {}) => {
    current?.abort()
    const { signal } = current = new AbortController()
    const options = await optionsOf(form)
    signal.throwIfAborted()
    const started = Date.now()
    try {
      const credential = await ask[form.dataset.passkey](options, { signal, ...rest })
      form.elements.passkey.value = answerOf(credential)
      form.submit()
    } catch (error) {
      throw error.name === 'NotAllowedError' && Date.now() - started >= options.timeout ? Object.assign(new Error(), { name: 'late' }) : error
    }
  }

  const offer = async (form) => {
    if (!('conditional' in form.dataset) || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return
    const again = setTimeout(() => offer(form), renewal)
    // Nobody asked for this, so nobody is told that it failed.
    run(form, { mediation: 'conditional' }).catch(() => clearTimeout(again))
  }

  for (const form of document.querySelectorAll('[data-passkey]')) {
    const status = form.querySelector('[role=status]')
    if (!window.PublicKeyCredential) {
      if ('conditional' in form.dataset || 'optional' in form.dataset) form.hidden = true
      else status.textContent = words.unsupported
      continue
    }
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      status.textContent = words.waiting
      try {
        await run(form)
      } catch (error) {
        if (error.name === 'AbortError') return
        status.textContent = words[error.name] ?? words.other
        offer(form)
      }
    })
    offer(form)
  }
})()
