// Shows notices that the push service brings (W3C Push API), and opens them in the portal.
self.addEventListener('push', (event) => {
  const { title, body, lang, dir, notificationId } = event.data.json();
  const options = { body, lang, dir, tag: notificationId, data: { lang, notificationId } };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener('notificationclick', (event) => {
  const { lang, notificationId } = event.notification.data;
  event.notification.close();
  event.waitUntil(self.clients.openWindow(`/${lang}/inbox/${notificationId}`));
});
