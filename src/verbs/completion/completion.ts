import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** What a command's next word may be. */
interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Fixed words for the first argument (`explain <topic>`, `completion <shell>`). */
  readonly words: readonly string[];
  /** The first argument is a pipeline or the bundle of one. */
  readonly pipelines: boolean;
  readonly files: boolean;
}

interface Flag {
  readonly short: string | null;
  readonly long: string | null;
  readonly says: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

const toFlag = (option: Option): Flag => ({
  short: option.short ?? null,
  long: option.long ?? null,
  says: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
});

const helpFlag: Flag = { short: '-h', long: '--help', says: 'help', takesValue: false, choices: [] };

const pipelineArguments = ['pipeline', 'bundle', 'name'];

function completed(command: Command, globals: readonly Flag[]): Completed {
  const [first, second] = command.registeredArguments;
  return {
    name: command.name(),
    summary: command.summary(),
    flags: [...command.options.filter((option) => !option.hidden).map(toFlag), ...globals, helpFlag],
    words: first?.argChoices ?? [],
    pipelines: first !== undefined && pipelineArguments.includes(first.name()),
    files: first?.name() === 'bundle' || first?.name() === 'dir' || second !== undefined,
  };
}

const optionWords = (flags: readonly Flag[]): string[] =>
  flags.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== null));

/** A word inside single quotes, for all three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function bashScript(commands: readonly Completed[], globals: readonly Flag[]): string {
  const cases = commands.map(({ name, flags, words, pipelines, files }) => {
    const choices = flags
      .filter((flag) => flag.choices.length > 0)
      .map(
        (flag) =>
          `        ${optionWords([flag]).join('|')}) words=${quoted(flag.choices.join(' '))}; flags=; names=; files= ;;`,
      );
    const values = flags.filter((flag) => flag.takesValue && flag.choices.length === 0);
    const valued =
      values.length === 0
        ? []
        : [`        ${optionWords(values).join('|')}) words=; flags=; names=; files=1 ;;`];
    return [
      `    ${name})`,
      `      flags=${quoted(optionWords(flags).join(' '))}; words=${quoted(words.join(' '))}`,
      `      names=${pipelines ? '1' : ''}; files=${files ? '1' : ''}`,
      '      case "$previous" in',
      ...choices,
      ...valued,
      '      esac ;;',
    ].join('\n');
  });
  return `# bash completion of aieng: source <(aieng completion bash)
_aieng() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local verb= flags= words= names= files= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in ${commands.map(({ name }) => name).join('|')}) verb="$word"; break ;; esac
  done
  case "$verb" in
    '') words=${quoted(commands.map(({ name }) => name).join(' '))}; flags=${quoted(optionWords([...globals, helpFlag]).join(' '))} ;;
${cases.join('\n')}
  esac
  [[ -n $names ]] && words="$words $(aieng __complete 2>/dev/null)"
  [[ $current == -* ]] && words="$flags"
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [[ -n $files && $current != -* ]] && mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
}
complete -o filenames -F _aieng aieng
`;
}

const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, '\\$&');

function zshFlag({ short, long, says, takesValue, choices }: Flag): string {
  const names = [short, long].filter((name) => name !== null);
  const value = !takesValue ? '' : choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_files';
  const spec = `[${zshText(says)}]${value}`;
  return names.length === 2
    ? `'(${names.join(' ')})'{${names.join(',')}}${quoted(spec)}`
    : quoted(`${names.join('')}${spec}`);
}

function zshScript(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, flags, words, pipelines, files }) => {
    const first =
      words.length > 0 ? [`'1:word:(${words.join(' ')})'`] : pipelines ? ["'1:name:_aieng_names'"] : [];
    return [
      `    ${name})`,
      '      _arguments -s \\',
      [...flags.map(zshFlag), ...first, ...(files ? ["'*:file:_files'"] : [])]
        .map((line) => `        ${line}`)
        .join(' \\\n'),
      '      ;;',
    ].join('\n');
  });
  return `#compdef aieng
# zsh completion of aieng: source <(aieng completion zsh)
_aieng_names() {
  local -a names
  names=(\${(f)"$(aieng __complete 2>/dev/null)"})
  _alternative "names:pipeline:(\${names[*]})" 'files:file:_files'
}
_aieng() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${zshText(summary)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local verb="\${words[2]}"
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _aieng ]]; then _aieng "$@"; else compdef _aieng aieng; fi
`;
}

function fishFlag(name: string, { short, long, says, takesValue, choices }: Flag): string {
  const parts = [
    `complete -c aieng -n '__fish_seen_subcommand_from ${name}'`,
    ...(short === null ? [] : [`-s ${short.slice(1)}`]),
    ...(long === null ? [] : [`-l ${long.slice(2)}`]),
    ...(takesValue ? [choices.length > 0 ? `-x -a ${quoted(choices.join(' '))}` : '-r'] : []),
    `-d ${quoted(says)}`,
  ];
  return parts.join(' ');
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, flags, words, pipelines }) => {
    const inside = `complete -c aieng -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c aieng -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
      ...(words.length > 0 ? [`${inside} -f -a ${quoted(words.join(' '))}`] : []),
      ...(pipelines ? [`${inside} -a '(aieng __complete 2>/dev/null)'`] : []),
      ...flags.map((flag) => fishFlag(name, flag)),
    ];
  });
  return `# fish completion of aieng: aieng completion fish > ~/.config/fish/completions/aieng.fish
${lines.join('\n')}
`;
}

/**
 * A completion script, made from the program itself: commands, options and their choices are written into it, names
 * of pipelines are asked for when they are needed (`aieng __complete`).
 */
export function completionScript(shell: Shell, program: Command): string {
  const globals = program.options
    .filter((option) => !option.hidden && option.long !== '--version')
    .map(toFlag);
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => completed(command, globals));
  switch (shell) {
    case 'bash':
      return bashScript(commands, globals);
    case 'zsh':
      return zshScript(commands);
    case 'fish':
      return fishScript(commands);
  }
}
