import type { Command } from 'commander';

export type Flag = { long: string; about: string; takesValue: boolean; choices: string[] };
/** One command, by its words after `notifyme`; the program itself has none. */
export type Node = { path: string[]; children: { name: string; about: string }[]; flags: Flag[]; words: string[] };

/** Every command of a program, flat, parents first. */
export function treeOf(command: Command, path: string[] = []): Node[] {
  const children = command.commands.map((child) => ({ name: child.name(), about: firstLine(child.description()) }));
  const flags = [
    ...command.options.map(({ long, description, required, optional, argChoices }) => ({
      ...{
        long: long!,
        about: firstLine(description),
        takesValue: required || optional,
        choices: [...(argChoices ?? [])],
      },
    })),
    { long: '--help', about: 'how to use it', takesValue: false, choices: [] },
  ];
  const words = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [
    { path, children, flags, words },
    ...command.commands.flatMap((child) => treeOf(child, [...path, child.name()])),
  ];
}

const firstLine = (text: string): string => text.split('\n')[0]!;
