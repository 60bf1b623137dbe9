import type { CommandWords, OptionWord } from './words.ts';

/** A script for fish, which shows what each word is about as well. */
export function fishScript(all: readonly CommandWords[]): string {
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completes tradelane in fish: tradelane completion fish > ~/.config/fish/completions/tradelane.fish
function __tradelane_workspace
  set -l words (commandline -opc)
  for i in (seq (count $words))
    if contains -- $words[$i] -w --workspace; and test $i -lt (count $words); and test -d $words[(math $i + 1)]
      echo $words[(math $i + 1)]
      return
    end
  end
  echo .
end
function __tradelane_flows
  sed -n 's/^flow: *["\\']\\{0,1\\}\\([A-Za-z0-9_-]*\\).*/\\1/p' (__tradelane_workspace)/flows/*.y*ml 2>/dev/null | sort -u
end
function __tradelane_connections
  sed -n '/^connections:/,/^[^ #]/s/^  \\([A-Za-z0-9_-]*\\):.*/\\1/p' (__tradelane_workspace)/config/connections.yaml 2>/dev/null
end
function __tradelane_at
  set -l path
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim "$path $word")
    if contains -- $longer ${paths.join(' ')}
      set path $longer
    end
  end
  test "$path" = "$argv[1]"
end
complete -c tradelane -f
${all.flatMap((words) => linesOf(words, all)).join('\n')}
`;
}

function linesOf(
  { path, words, options, names }: CommandWords,
  all: readonly CommandWords[],
): readonly string[] {
  const at = `complete -c tradelane -n ${quoted(`__tradelane_at ${quoted(path)}`)}`;
  const aboutOf = (name: string) => all.find((each) => each.path === `${path} ${name}`.trim())?.about ?? '';
  return [
    ...words.map((name) => `${at} -a ${name} -d ${quoted(aboutOf(name))}`),
    ...options.map((option) => `${at}${flagsOf(option)}${valueFlags(option)} -d ${quoted(option.about)}`),
    ...(names === undefined ? [] : [`${at} -a '(__tradelane_${names})'`]),
  ];
}

function flagsOf({ flags }: OptionWord): string {
  return flags
    .map((flag) => (flag.startsWith('--') ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`))
    .join('');
}

function valueFlags({ value }: OptionWord): string {
  if (value === undefined) return '';
  if (value === 'file') return ' -r -F';
  return value === 'any' ? ' -x' : ` -x -a '(__tradelane_${value})'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
