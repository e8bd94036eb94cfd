import type { Shell } from "./shells.ts";

// Each script asks `portmatrix complete`, which prints one candidate a line, a tab and what it is; the line `:files`
// means that the name of a file may stand there as well.
const scripts: Record<Shell, string> = {
  // programmable completion: bash(1), "Programmable Completion"
  bash: `_portmatrix() {
  local line word
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default ;;
      *)
        word=\${line%%$'\\t'*}
        case \${COMP_WORDS[COMP_CWORD]} in
          [\\'\\"]*) ;;
          *) printf -v word %q "$word" ;;
        esac
        COMPREPLY+=("$word") ;;
    esac
  done < <(printf '%s\\n' "\${COMP_WORDS[@]:1:COMP_CWORD}" | "$1" complete bash 2>/dev/null)
}
complete -F _portmatrix portmatrix
`,
  // zshcompsys(1), zshcompwid(1)
  zsh: `#compdef portmatrix
_portmatrix() {
  local line word files=
  local -a words_ texts_
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; continue; fi
    word=\${line%%$'\\t'*}
    words_+=("$word")
    texts_+=("$word  \${line#*$'\\t'}")
  done < <(print -rl -- "\${(@)words[2,CURRENT]}" | "\${words[1]}" complete zsh 2>/dev/null)
  if (( \${#words_} )); then compadd -l -d texts_ -a words_; fi
  if [[ -n $files ]]; then _files; fi
}
if [[ $funcstack[1] == _portmatrix ]]; then _portmatrix "$@"; else compdef _portmatrix portmatrix; fi
`,
  // https://fishshell.com/docs/current/cmds/complete.html
  fish: `function __portmatrix_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (printf '%s\\n' $words[2..] | $words[1] complete fish 2>/dev/null)
    if test "$line" = :files
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c portmatrix -f -a '(__portmatrix_complete)'
`,
};

/** The script that makes a shell complete the arguments of portmatrix. */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}
