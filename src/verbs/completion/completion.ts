import type { Argument, Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** What a word on the command line may be. Nothing of it: the shell offers nothing. */
interface Offer {
  /** Fixed words: the choices of the option or argument. */
  readonly words: readonly string[];
  /** Pipelines of the project, which are asked for when they are needed. */
  readonly names: boolean;
  readonly files: boolean;
}

/** A command: what its arguments, in order, and its options may be. */
interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly places: readonly Offer[];
}

interface Flag {
  readonly short: string | null;
  readonly long: string | null;
  readonly says: string;
  /** Of its value; null for one that takes none. */
  readonly value: Offer | null;
}

/** Placeholders say what they stand for: `<file.tar>`, `<dir>`, `[bundle]`. */
const ofFiles = /(^|-)(file|dir|folder|bundle|in)\b/;
const ofNames = /^(pipeline|bundle)$/;

const offerOf = (placeholder: string, choices: readonly string[] | undefined): Offer => ({
  words: choices ?? [],
  names: ofNames.test(placeholder),
  files: ofFiles.test(placeholder),
});

/** An argument `[name]` is a deployment: that of a pipeline. */
const placeOf = (argument: Argument): Offer =>
  offerOf(argument.name() === 'name' ? 'pipeline' : argument.name(), argument.argChoices);

const placeholderOf = ({ flags }: Option): string => /[<[](.+?)[>\]]/.exec(flags)?.[1] ?? '';

const toFlag = (option: Option): Flag => ({
  short: option.short ?? null,
  long: option.long ?? null,
  says: option.description,
  value: option.required || option.optional ? offerOf(placeholderOf(option), option.argChoices) : null,
});

const helpFlag: Flag = { short: '-h', long: '--help', says: 'help', value: null };

const completed = (command: Command, globals: readonly Flag[]): Completed => ({
  name: command.name(),
  summary: command.summary(),
  flags: [...command.options.filter((option) => !option.hidden).map(toFlag), ...globals, helpFlag],
  places: command.registeredArguments.map(placeOf),
});

const spellings = ({ short, long }: Flag): readonly string[] => [short, long].filter((flag) => flag !== null);
const optionWords = (flags: readonly Flag[]): string => flags.flatMap(spellings).join(' ');

/** A word inside single quotes, for all three shells. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const bashOffer = ({ words, names, files }: Offer): string =>
  `words=${quoted(words.join(' '))}; names=${names ? '1' : ''}; files=${files ? '1' : ''}`;

function bashCases({ name, flags, places }: Completed): readonly string[] {
  const valued = flags.flatMap((flag) => (flag.value === null ? [] : [{ flag, offer: flag.value }]));
  return [
    ...valued.map(
      ({ flag, offer }) =>
        `    ${spellings(flag)
          .map((each) => `${name}:${each}`)
          .join('|')}) ${bashOffer(offer)} ;;`,
    ),
    ...places.map((offer, index) => `    ${name}:${index}) ${bashOffer(offer)} ;;`),
  ];
}

function bashScript(commands: readonly Completed[], globals: readonly Flag[]): string {
  const valued = new Set(
    [...commands.flatMap(({ flags }) => flags), ...globals]
      .filter(({ value }) => value !== null)
      .flatMap(spellings),
  );
  const names = commands.map(({ name }) => name);
  return `# bash completion of aieng: source <(aieng completion bash)
_aieng() {
  local current="\${COMP_WORDS[COMP_CWORD]}" verb= place=0 option= words= names= files= flags= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $option ]]; then option=; continue; fi
    case "$word" in
      ${[...valued].join('|')}) option="$word" ;;
      -?*) ;;
      *) if [[ -z $verb ]]; then verb="$word"; else place=$((place + 1)); fi ;;
    esac
  done
  case "$verb" in
    '') flags=${quoted(optionWords([...globals, helpFlag]))} ;;
${commands.map(({ name, flags }) => `    ${name}) flags=${quoted(optionWords(flags))} ;;`).join('\n')}
  esac
  case "$verb:\${option:-$place}" in
    :0) words=${quoted(names.join(' '))} ;;
${globals
  .flatMap(({ value, ...flag }) =>
    value === null
      ? []
      : [
          `    ${spellings({ ...flag, value })
            .map((each) => `:${each}`)
            .join('|')}) ${bashOffer(value)} ;;`,
        ],
  )
  .join('\n')}
${commands.flatMap(bashCases).join('\n')}
  esac
  [[ -n $names ]] && words="$words $(aieng __complete 2>/dev/null)"
  [[ -z $option && $current == -?* ]] && { words="$flags"; files=; }
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [[ -n $files ]] && mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
}
complete -o filenames -F _aieng aieng
`;
}

const zshText = (text: string): string => text.replaceAll(/[[\]:\\]/g, '\\$&');

/** What follows the last colon of a zsh specification. */
function zshAction({ words, names, files }: Offer): string {
  if (names) return files ? '_aieng_names_and_files' : '_aieng_names';
  if (words.length > 0) return `(${words.join(' ')})`;
  return files ? '_files' : ' ';
}

function zshFlag(flag: Flag): string {
  const names = spellings(flag);
  const spec = `[${zshText(flag.says)}]${flag.value === null ? '' : `:value:${zshAction(flag.value)}`}`;
  return names.length === 2
    ? `'(${names.join(' ')})'{${names.join(',')}}${quoted(spec)}`
    : quoted(`${names.join('')}${spec}`);
}

function zshScript(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, flags, places }) =>
    [
      `    ${name})`,
      '      _arguments -s \\',
      [
        ...flags.map(zshFlag),
        ...places.map((offer, index) => quoted(`${index + 1}:word:${zshAction(offer)}`)),
      ]
        .map((line) => `        ${line}`)
        .join(' \\\n'),
      '      ;;',
    ].join('\n'),
  );
  return `#compdef aieng
# zsh completion of aieng: source <(aieng completion zsh)
_aieng_names() {
  local -a names
  names=(\${(f)"$(aieng __complete 2>/dev/null)"})
  compadd -a names
}
_aieng_names_and_files() {
  _alternative 'names:pipeline:_aieng_names' 'files:file:_files'
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

const fishNames = "'(aieng __complete 2>/dev/null)'";

function fishFlag(name: string, { short, long, says, value }: Flag): string {
  const offers =
    value === null
      ? []
      : [
          value.files ? '-r -F' : '-x',
          ...(value.words.length > 0 ? [`-a ${quoted(value.words.join(' '))}`] : []),
          ...(value.names ? [`-a ${fishNames}`] : []),
        ];
  return [
    `complete -c aieng -n '__fish_seen_subcommand_from ${name}'`,
    ...(short === null ? [] : [`-s ${short.slice(1)}`]),
    ...(long === null ? [] : [`-l ${long.slice(2)}`]),
    ...offers,
    `-d ${quoted(says)}`,
  ].join(' ');
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, flags, places }) => {
    const inside = `complete -c aieng -n '__fish_seen_subcommand_from ${name}'`;
    const words = places.flatMap((offer) => offer.words);
    return [
      `complete -c aieng -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(words.length > 0 ? [`${inside} -a ${quoted(words.join(' '))}`] : []),
      ...(places.some((offer) => offer.names) ? [`${inside} -a ${fishNames}`] : []),
      ...(places.some((offer) => offer.files) ? [`${inside} -F`] : []),
      ...flags.map((flag) => fishFlag(name, flag)),
    ];
  });
  return `# fish completion of aieng: aieng completion fish > ~/.config/fish/completions/aieng.fish
complete -c aieng -f
${lines.join('\n')}
`;
}

/**
 * A completion script, made from the program itself: commands, options, their choices and what their placeholders stand
 * for are written into it; names of pipelines are asked for when they are needed (`aieng __complete`).
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
