// Sends a form that only leads on to another place.
document.querySelector('form[data-submit]').requestSubmit()
