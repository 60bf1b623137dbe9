import type { CommandWords, OptionWord } from './words.ts';

/**
 * A script for bash: everything but the names of the workspace stands in it, so that no key press has to start a
 * process of ours. zsh runs it as well, over its `bashcompinit`.
 */
export function bashScript(all: readonly CommandWords[]): string {
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `# Completes tradelane in bash: tradelane completion bash > ~/.local/share/bash-completion/completions/tradelane
_tradelane_flows() {
  sed -n 's/^flow: *["'"'"']\\{0,1\\}\\([A-Za-z0-9_-]*\\).*/\\1/p' "$1"/flows/*.y*ml 2>/dev/null | sort -u
}
_tradelane_connections() {
  sed -n '/^connections:/,/^[^ #]/s/^  \\([A-Za-z0-9_-]*\\):.*/\\1/p' "$1"/config/connections.yaml 2>/dev/null
}
_tradelane() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path='' workspace=. word next i words=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      -w | --workspace) next="\${COMP_WORDS[i+1]}"; [ -d "$next" ] && workspace="$next" ;;
      -*) ;;
      *) case "\${path:+$path }$word" in ${paths.join(' | ')}) path="\${path:+$path }$word" ;; esac ;;
    esac
  done
  case "$path $prev" in
${all.flatMap(valueCases).join('\n')}
  esac
  [ -n "$words" ] || case "$path" in
${all.map(pathCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _tradelane tradelane
`;
}

export function zshScript(all: readonly CommandWords[]): string {
  return `# Completes tradelane in zsh: add to ~/.zshrc  source <(tradelane completion zsh)
autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
${bashScript(all).split('\n').slice(1).join('\n')}`;
}

/** After an option with a value: its values, or nothing, so that the shell offers files. */
function valueCases({ path, options }: CommandWords): readonly string[] {
  return options
    .filter(({ value }) => value !== undefined)
    .map(({ flags, value }) => {
      const patterns = flags.map((flag) => `'${path} ${flag}'`).join(' | ');
      return `    ${patterns}) ${afterValue(value)} ;;`;
    });
}

function afterValue(value: OptionWord['value']): string {
  if (value === 'flows' || value === 'connections')
    return `words=$(_tradelane_${value} "$workspace"); [ -n "$words" ] || return 0`;
  return 'return 0';
}

function pathCase({ path, words, options, names }: CommandWords): string {
  const all = [...words, ...options.flatMap(({ flags }) => flags)].join(' ');
  const dynamic = names === undefined ? '' : ` $(_tradelane_${names} "$workspace")`;
  return `    '${path}') words="${all}${dynamic}" ;;`;
}
