import { describe, expect, it } from '@jest/globals';
import { segmentFilter } from './segments.ts';

describe('segments', () => {
  it('name who belongs to them', () => {
    expect(segmentFilter('all')).toEqual({});
    expect(segmentFilter('persons')).toEqual({ kind: 'person' });
    expect(segmentFilter('cr-holders')).toEqual({ kind: 'company' });
    expect(segmentFilter('language-en')).toEqual({ language: 'en' });
    expect(segmentFilter('companies')).toEqual({ kind: 'company' });
    expect(segmentFilter('language-ar')).toEqual({ language: 'ar' });
    expect(segmentFilter('area-muharraq')).toEqual({ area: 'muharraq' });
    expect(segmentFilter('subscribed-announcements')).toEqual({
      preferences: { $elemMatch: { category: 'announcements', allow: true } },
    });
  });

  it('that nobody defined are none, also under a name that every object has', () => {
    const none = ['everybody', 'constructor', '', 'subscribed-', 'subscribed-$gt', 'area-', 'area-riffa'];
    none.push('x-subscribed-a', 'subscribed-a b', 'subscribed-A', 'x-area-muharraq', 'area-muharraq2', 'subscribed-1');
    expect(none.map(segmentFilter)).toEqual(none.map(() => null));
  });
});
