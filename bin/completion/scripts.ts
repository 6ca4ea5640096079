import type { Flag, Node } from './tree.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A completion script made of the tree alone: it runs no command while somebody types. */
export function scriptFor(shell: (typeof SHELLS)[number], tree: Node[]): string {
  switch (shell) {
    case 'bash':
      return bash(tree);
    case 'zsh':
      return zsh(tree);
    case 'fish':
      return fish(tree);
    default:
      throw new Error(`unknown shell ${shell satisfies never}`);
  }
}

const keyOf = ({ path }: Node): string => path.join(' ');
const offered = ({ children, flags, words }: Node): string =>
  [...children.map(({ name }) => name), ...words, ...flags.map(({ long }) => long)].join(' ');

function bash(tree: Node[]): string {
  const cases = tree.map((node) => `    '${keyOf(node)}') words='${offered(node)}' ;;`);
  const paths = tree.map((node) => `'${keyOf(node)}'`).join('|');
  return `# notifyme: completion for bash
_notifyme() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' word try
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    try="\${path:+$path }$word"
    case "$try" in ${paths}) path="$try" ;; esac
  done
  case "$path $previous" in
${valueCases(tree)}
  esac
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _notifyme notifyme
`;
}

/** After an option that takes a value: its choices, or whatever the shell knows (files). */
function valueCases(tree: Node[]): string {
  const lines = tree.flatMap((node) =>
    node.flags
      .filter(({ takesValue }) => takesValue)
      .map(({ long, choices }) => {
        const reply =
          choices.length > 0 ? `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$current"))` : 'COMPREPLY=()';
        return `    '${keyOf(node)} ${long}') ${reply}; return ;;`;
      }),
  );
  return lines.join('\n');
}

function zsh(tree: Node[]): string {
  const functions = tree.map((node) => {
    const flags = node.flags.map((flag) => `    ${zshFlag(flag)} \\`);
    if (node.children.length === 0) {
      const rest = node.words.length > 0 ? `'1:word:(${node.words.join(' ')})'` : `'*:file:_files'`;
      return `${nameOf(node)}() {\n  _arguments \\\n${flags.join('\n')}\n    ${rest}\n}`;
    }
    const children = node.children.map(({ name, about }) => `    ${single(`${name}:${about.replaceAll(':', '\\:')}`)}`);
    const calls = node.children.map(({ name }) => `    ${name}) ${nameOf({ path: [...node.path, name] })} ;;`);
    return `${nameOf(node)}() {
  local -a commands=(
${children.join('\n')}
  )
  local context state line
  _arguments -C \\
${flags.join('\n')}
    '1:command:->command' '*::argument:->argument'
  case $state in
  command) _describe command commands ;;
  argument) case $line[1] in
${calls.join('\n')}
    esac ;;
  esac
}`;
  });
  return `#compdef notifyme\n# notifyme: completion for zsh\n${functions.join('\n')}\n# Read from fpath it is called at once; read by source it is registered.
if [ "$funcstack[1]" = _notifyme ]; then _notifyme "$@"; else compdef _notifyme notifyme; fi
`;
}

const nameOf = ({ path }: Pick<Node, 'path'>): string => ['_notifyme', ...path].join('_');

function zshFlag({ long, about, takesValue, choices }: Flag): string {
  const text = about.replace(/[[\]:]/g, '\\$&');
  const value = takesValue ? `:value:${choices.length > 0 ? `(${choices.join(' ')})` : ''}` : '';
  return single(`${long}[${text}]${value}`);
}

function fish(tree: Node[]): string {
  const lines = tree.flatMap((node) => {
    const within = node.path.map((word) => `__fish_seen_subcommand_from ${word}`);
    const others = node.children.map(({ name }) => name).join(' ');
    const here = [...within, ...(others ? [`not __fish_seen_subcommand_from ${others}`] : [])].join('; and ');
    const when = here ? `-n ${single(here)} ` : '';
    return [
      ...node.children.map(({ name, about }) => `complete -c notifyme -f ${when}-a ${name} -d ${single(about)}`),
      ...node.words.map((word) => `complete -c notifyme -f ${when}-a ${word}`),
      ...node.flags.map(({ long, about, takesValue, choices }) => {
        const value = takesValue ? (choices.length > 0 ? ` -x -a ${single(choices.join(' '))}` : ' -x') : '';
        return `complete -c notifyme ${when}-l ${long.slice(2)}${value} -d ${single(about)}`;
      }),
    ];
  });
  return `# notifyme: completion for fish\n${lines.join('\n')}\n`;
}

/** One word in single quotes, for any of the three shells. */
const single = (text: string): string => `'${text.replaceAll("'", '’')}'`;
