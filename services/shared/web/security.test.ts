import { describe, expect, it } from '@jest/globals';
import { isForeign } from './security.ts';

const OWN = ['https://notifyme.bh.example'];

describe('forms of other sites', () => {
  it.each([
    ['a form of our own page', 'POST', { 'sec-fetch-site': 'same-origin' }, false],
    ['a form of another site', 'POST', { 'sec-fetch-site': 'cross-site' }, true],
    ['a form of a neighbour under the same domain', 'POST', { 'sec-fetch-site': 'same-site' }, true],
    ['a request typed by nobody', 'POST', { 'sec-fetch-site': 'none' }, true],
    ['another site that also claims our origin', 'POST', { 'sec-fetch-site': 'cross-site', origin: OWN[0] }, true],
    ['an older browser on our page', 'POST', { origin: OWN[0] }, false],
    ['an older browser on another page', 'POST', { origin: 'https://evil.example' }, true],
    ['our host by http', 'POST', { origin: 'http://notifyme.bh.example' }, true],
    ['a page that hides its origin', 'POST', { origin: 'null' }, true],
    ['a program that says nothing', 'POST', {}, true],
    ['a link from another site', 'GET', { 'sec-fetch-site': 'cross-site' }, false],
    ['another method', 'DELETE', {}, true],
  ])('%s', (_what, method, headers, foreign) => {
    expect(isForeign(method, headers as Record<string, string>, OWN)).toBe(foreign);
  });
});
