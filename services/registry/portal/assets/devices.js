// Says whether this browser gets notices, and switches them on and off; the page is whole without it.
const box = document.getElementById('this-device');
const show = (state) => {
  for (const part of box.querySelectorAll('[data-state]')) part.hidden = part.dataset.state !== state;
};
const able = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

async function hashOf(endpoint) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function subscription() {
  const worker = await navigator.serviceWorker.getRegistration('/');
  return (await worker?.pushManager.getSubscription()) ?? null;
}

async function look() {
  if (!able) return show('unable');
  if (Notification.permission === 'denied') return show('denied');
  const own = await subscription();
  const known = box.dataset.known.split(' ');
  show(own && known.includes(await hashOf(own.endpoint)) ? 'on' : 'off');
}

async function switchOn(form) {
  if ((await Notification.requestPermission()) !== 'granted') return look();
  await navigator.serviceWorker.register('/push-worker.js', { scope: '/' });
  const worker = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: box.dataset.key };
  form.elements.subscription.value = JSON.stringify(await worker.pushManager.subscribe(options));
  form.submit();
}

async function switchOff(form) {
  const own = await subscription();
  form.elements.endpoint.value = own ? await hashOf(own.endpoint) : '';
  await own?.unsubscribe();
  form.submit();
}

function onSubmit(id, act) {
  const form = document.getElementById(id);
  form?.addEventListener('submit', (event) => {
    event.preventDefault();
    act(form).catch(() => show('failed'));
  });
}

if (box) {
  onSubmit('switch-on', switchOn);
  onSubmit('switch-off', switchOff);
  look().catch(() => show('failed'));
}
