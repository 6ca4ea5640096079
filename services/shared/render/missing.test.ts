import { describe, expect, it } from '@jest/globals';
import { outputsOf } from './fixture.ts';

const SAMPLE = { dueDate: '2027-03-01', fee: 5, person: { name: 'Noor' }, items: ['a'], note: 'x' };

const render = (sms: string, data: unknown) => () =>
  outputsOf({ parts: { sms }, sample: SAMPLE }, 'en', data).sms.split('\n')[0];
const without = (name: string) => ({ ...SAMPLE, [name]: undefined });
const missing = (variable: string) => expect.objectContaining({ code: 'missing_variable', variable, retryable: false });

class Person {
  get name() {
    return 'Noor';
  }
}

describe('values that are not there', () => {
  it.each([
    ['printed', '{{dueDate}}', 'dueDate'],
    ['in a helper', '{{date dueDate}}', 'dueDate'],
    ['inside #if', '{{#if fee}}x{{/if}}', 'fee'],
    ['inside #unless', '{{#unless fee}}x{{/unless}}', 'fee'],
    ['inside eq', '{{#if (eq fee 5)}}x{{/if}}', 'fee'],
    ['inside #each', '{{#each items}}{{this}}{{/each}}', 'items'],
  ])('C11 stops the notice when a value is missing or null: %s', (_, template, name) => {
    expect(render(template, without(name))).toThrow(missing(name));
    expect(render(template, { ...SAMPLE, [name]: null })).toThrow(missing(name));
  });

  it('C11 names the whole path, also when its parent is missing', () => {
    expect(render('{{person.name}}', { ...SAMPLE, person: {} })).toThrow(missing('person.name'));
    expect(render('{{#if person.name}}x{{/if}}', without('person'))).toThrow(missing('person.name'));
    expect(render('{{person.name}}', null)).toThrow(missing('person.name'));
  });

  it('C11 does not read inherited properties or getters of a class', () => {
    expect(render('{{person.name}}', { ...SAMPLE, person: new Person() })).toThrow(missing('person.name'));
    expect(render('{{dueDate}}', Object.create(SAMPLE))).toThrow(missing('dueDate'));
    expect(() => outputsOf({ parts: { sms: '{{constructor}}' }, sample: SAMPLE }, 'en')).toThrow(/constructor/);
  });

  it('C11 shows 0 and false, which are values', () => {
    const data = { ...SAMPLE, fee: 0, note: false };
    expect(render('{{#if fee}}Fee {{fee}} {{note}}{{/if}}', data)()).toBe('Fee 0 false');
  });

  it('never prints a blank', () => {
    expect(render('Pay by {{note}}.', { ...SAMPLE, note: ' \u0000' })).toThrow(missing('note'));
  });

  it('lets a template ask whether a value is there', () => {
    const template = '{{#has "note"}}Note: {{note}}{{else}}No note{{/has}}';
    expect(render(template, SAMPLE)()).toBe('Note: x');
    expect(render(template, without('note'))()).toBe('No note');
  });

  it('names the position of a null in a list', () => {
    expect(render('{{#each items}}{{this}}{{/each}}', { ...SAMPLE, items: ['a', null] })).toThrow(missing('items.1'));
  });

  it('refuses to print an object or what is not a number', () => {
    const bad = (variable: string) => expect.objectContaining({ code: 'bad_value', variable });
    expect(render('{{person.name}}', { ...SAMPLE, person: { name: {} } })).toThrow(bad('person.name'));
    expect(render('{{number fee}}', { ...SAMPLE, fee: 'many' })).toThrow(bad('fee'));
    expect(render('{{fee}}', { ...SAMPLE, fee: Number.NaN })).toThrow(bad('fee'));
  });
});
