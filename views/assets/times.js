// Turns times into the reader's own, and counts down to the end of what expires or must be waited for.
(() => {
  const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  for (const time of document.querySelectorAll('time[datetime]')) {
    time.title = time.textContent
    time.textContent = local.format(new Date(time.dateTime))
  }

  const left = (seconds) => {
    if (seconds <= 0) return 'Expired'
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
    if (hours) return `${hours} h ${minutes} min left`
    if (minutes) return `${minutes} min ${seconds % 60} s left`
    return `${seconds} s left`
  }
  // A wait begins when the page comes, whatever the reader's clock says.
  const waits = [...document.querySelectorAll('[data-wait]')]
  const wait = (seconds) => {
    if (seconds <= 0) return 'You can try again now.'
    return seconds < 90 ? `You can try again in ${seconds} second${seconds === 1 ? '' : 's'}.` : `You can try again in ${Math.ceil(seconds / 60)} minutes.`
  }
  const countdowns = [...document.querySelectorAll('[data-until]')]
  const tick = () => {
    for (const element of countdowns) element.textContent = left(Math.floor((Date.parse(element.dataset.until) - Date.now()) / 1000))
    for (const element of waits) element.textContent = wait(Math.ceil(element.dataset.wait - performance.now() / 1000))
  }
  if (countdowns.length || waits.length) {
    tick()
    setInterval(tick, 1000)
  }
})()
