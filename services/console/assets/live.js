// Parts of pages that change by themselves: <div data-live="address of server-sent events">. Without this script the
// page shows what it showed when it was loaded, and a link loads it anew.
for (const place of document.querySelectorAll('[data-live]')) {
  const state = document.querySelector('[data-live-state]');
  const button = document.querySelector('[data-live-pause]');
  const say = (text) => {
    if (state && state.textContent !== text) state.textContent = text;
  };
  let source = null;

  const swap = (html) => {
    const open = [...place.querySelectorAll('details[open][id]')].map(({ id }) => id);
    const focused = place.contains(document.activeElement) ? document.activeElement.id : '';
    const page = new DOMParser().parseFromString(html, 'text/html');
    place.replaceChildren(...page.body.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  // Somebody who reads with the keyboard inside of it must not lose the place.
  const isHeld = () => place.contains(document.activeElement) && !document.activeElement.id;

  const listen = () => {
    source = new EventSource(place.dataset.live);
    source.addEventListener('fragment', (event) => {
      say('');
      if (!isHeld()) swap(event.data);
    });
    source.addEventListener('error', () => {
      // Between two tries it comes back by itself; once it is closed, the sign-in is over or the part is gone.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5_000);
      else say(state?.dataset.lost ?? '');
    });
  };

  if (button) {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener('click', () => {
      const pausing = source !== null;
      if (pausing) source.close();
      source = null;
      button.textContent = pausing ? button.dataset.resume : words;
      if (!pausing) listen();
    });
  }
  listen();
}
