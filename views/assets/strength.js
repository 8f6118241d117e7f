// Shows how hard a new password would be to guess, while it is typed. It is worked out here: nothing is sent, and
// the rules beside it decide. It knows words, names, rows of keys and repeats, and trusts the rest no further.
(() => {
  const common = 'password passwort qwerty qwertz admin administrator welcome willkommen letmein login secret geheim dragon monkey master shadow sunshine princess football baseball superman batman iloveyou hello hallo test summer sommer winter spring autumn herbst monday freitag january company firma change default google apple orange banana freedom whatever trustno ninja michael jennifer jordan thomas daniel charlie ginger pepper cheese coffee computer internet'.split(' ')
  const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm']
  const lookalikes = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' }
  const words = ['Very easy to guess', 'Easy to guess', 'Could be better', 'Hard to guess', 'Very hard to guess']
  const steps = [28, 40, 50, 64]

  /** How many characters from here on are one thing that is tried early, and the bits it is worth. */
  const known = (text, plain, at, names) => {
    const name = names.find((one) => plain.startsWith(one, at))
    if (name) return [name.length, 2]
    const word = common.find((one) => plain.startsWith(one, at))
    if (word) return [word.length, text.slice(at, at + word.length) === word ? 7 : 9]
    const year = /^(19|20)\d\d/.exec(text.slice(at))
    if (year) return [4, 6]
    const same = /^(.)\1{2,}/u.exec(text.slice(at))
    if (same) return [same[0].length, 6 + Math.log2(same[0].length)]
    for (const row of rows.flatMap((one) => [one, [...one].reverse().join('')])) {
      let length = 3
      if (!row.includes(text.slice(at, at + length)) || at + length > text.length) continue
      while (at + length < text.length && row.includes(text.slice(at, at + length + 1))) length += 1
      return [length, 6 + Math.log2(length)]
    }
    return undefined
  }

  // Letters come in words more often than not, so a letter behind a letter is worth less, unless it is suddenly a capital.
  const single = (characters, at) => {
    const character = characters[at]
    const isLetter = /\p{L}/u.test(character)
    if (isLetter && at > 0 && /\p{L}/u.test(characters[at - 1])) return /\p{Lu}/u.test(character) && /\p{Ll}/u.test(characters[at - 1]) ? 5 : 2.6
    return isLetter ? 4.7 : /\d/.test(character) ? 3.3 : 5
  }

  const bitsOf = (password, names) => {
    const text = password.toLowerCase()
    const plain = [...text].map((character) => lookalikes[character] ?? character).join('')
    let bits = 0
    for (let at = 0; at < password.length;) {
      const [length, worth] = known(text, plain, at, names) ?? [1, single(password, at)]
      bits += worth
      at += length
    }
    return bits
  }

  for (const box of document.querySelectorAll('[data-strength]')) {
    const field = document.getElementById(box.dataset.strength)
    const [meter, said] = [box.querySelector('meter'), box.querySelector('[role=status]')]
    const namesOf = () => [...field.form.querySelectorAll('[name=userName], [name=givenName], [name=familyName], [name=organizationName]')]
      .flatMap((input) => input.value.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((name) => name.length >= 3)
    let waiting
    box.hidden = false
    field.addEventListener('input', () => {
      const bits = bitsOf(field.value, namesOf())
      const reached = steps.filter((step) => bits >= step).length
      meter.value = field.value ? reached + 1 : 0
      meter.textContent = field.value ? words[reached] : ''
      // Said once typing pauses, not at every key.
      clearTimeout(waiting)
      waiting = setTimeout(() => { said.textContent = field.value ? words[reached] : '' }, 400)
    })
  }
})()
