import type { AddPages } from '../kit/types.ts';

/** Bump with every check of the pages by hand; a test fails when it is a year old. */
export const ACCESSIBILITY_CHECKED = new Date('2026-11-25T00:00:00+03:00');

/** What the service promises: that everybody can use it, and what happens to data. */
export const addAboutPages: AddPages = (kit) => {
  kit.get('/accessibility', { open: true }, () => ({
    view: 'accessibility',
    title: 'a11y.title',
    data: { checked: ACCESSIBILITY_CHECKED },
  }));
  kit.get('/privacy', { open: true }, () => ({ view: 'privacy', title: 'privacy.title' }));
};
