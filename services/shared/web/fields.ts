import type { FieldError, FormState } from './types.ts';

export type TextFieldOptions = {
  name: string;
  /** Message keys. */
  label: string;
  hint?: string;
  type?: 'text' | 'email' | 'tel' | 'time' | 'date' | 'search';
  inputmode?: string;
  autocomplete?: string;
  /** Direction of the value, where it is always the same (numbers, addresses). */
  dir?: 'ltr' | 'auto';
  value?: string;
  narrow?: boolean;
};

/** One labelled input with its hint and its fault, for `{{> field}}`. What was typed wins over `value`. */
export function textField(state: FormState, options: TextFieldOptions) {
  const { name, label, hint, type = 'text', inputmode, autocomplete, dir, value = '', narrow = false } = options;
  const error = errorOf(state.errors, name);
  return {
    name,
    label,
    hint: hint ?? null,
    type,
    inputmode: inputmode ?? null,
    autocomplete: autocomplete ?? 'off',
    dir: dir ?? null,
    narrow,
    value: state.typed ? (state.fields[name] ?? '') : value,
    error,
    describedBy: [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ') || null,
  };
}

export type Choice = { value: string; label: string; values?: Record<string, string> };

/** Radio buttons (`{{> radios}}`) or a drop-down list (`{{> select}}`). */
export function choiceField(
  state: FormState,
  options: { name: string; label: string; hint?: string; choices: Choice[]; value: string },
) {
  const { name, label, hint, choices, value } = options;
  const chosen = state.typed ? (state.fields[name] ?? '') : value;
  const error = errorOf(state.errors, name);
  return {
    name,
    label,
    hint: hint ?? null,
    error,
    describedBy: [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ') || null,
    choices: choices.map((one, i) => ({
      ...one,
      // The summary of faults links to the field's name, which is the first button.
      id: i === 0 ? name : `${name}-${i}`,
      checked: one.value === chosen,
    })),
  };
}

function errorOf(errors: FieldError[], name: string) {
  const found = errors.find(({ field }) => field === name);
  return found ? { key: found.key, values: found.values ?? {} } : null;
}
