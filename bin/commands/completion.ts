import { Argument, type Command } from 'commander';
import { examples } from '../arguments.ts';
import { SHELLS, scriptFor } from '../completion/scripts.ts';
import { treeOf } from '../completion/tree.ts';
import { EXIT } from '../exit.ts';
import type { Run } from '../run.ts';

/** `notifyme completion`: a script for the shell, made from the tree of commands. */
export function addCompletion(program: Command, run: Run): void {
  const command = program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(
      run(({ out }, shell: (typeof SHELLS)[number]) => {
        out(scriptFor(shell, treeOf(program)));
        return EXIT.ok;
      }),
    );
  examples(
    command,
    `source <(notifyme completion bash)
notifyme completion zsh > "\${fpath[1]}/_notifyme"
notifyme completion fish > ~/.config/fish/completions/notifyme.fish`,
  );
}
