import type { Shell } from "./shells.ts";

// Each script asks `portmatrix complete`, which prints one candidate a line, and behind a tab what it is; the line `:files`
// means that the name of a file may stand there as well, behind a tab what of the word is in front of it. A shell gives
// the program's name as it is typed, with the ~ in front.
const scripts: Record<Shell, string> = {
  // programmable completion: bash(1), "Programmable Completion"
  bash: `_portmatrix() {
  local line word
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files*) compopt -o default ;;
      *)
        word=\${line%%$'\\t'*}
        case \${COMP_WORDS[COMP_CWORD]} in
          [\\'\\"]*) ;;
          *) printf -v word %q "$word" ;;
        esac
        COMPREPLY+=("$word") ;;
    esac
  done < <(printf '%s\\n' "\${COMP_WORDS[@]:1:COMP_CWORD}" | "\${1/#\\~\\//$HOME/}" complete bash 2>/dev/null)
}
complete -F _portmatrix portmatrix
`,
  // zshcompsys(1), zshcompwid(1)
  zsh: `#compdef portmatrix
_portmatrix() {
  local line word text files
  local -a words_ texts_
  while IFS= read -r line; do
    word=\${line%%$'\\t'*}
    text=\${\${line#"$word"}#$'\\t'}
    if [[ $word == :files ]]; then files=:$text; continue; fi
    words_+=("$word")
    texts_+=("$word\${text:+  $text}")
  done < <(print -rl -- "\${(@)words[2,CURRENT]}" | \${~words[1]} complete zsh 2>/dev/null)
  if (( \${#words_} )); then compadd -l -d texts_ -a words_; fi
  if [[ -n $files ]]; then
    if [[ -n \${files#:} ]]; then compset -P "\${files#:}"; fi
    _files
  fi
}
if [[ $funcstack[1] == _portmatrix ]]; then _portmatrix "$@"; else compdef _portmatrix portmatrix; fi
`,
  // https://fishshell.com/docs/current/cmds/complete.html
  fish: `function __portmatrix_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
  for line in (printf '%s\\n' $words[2..] | $program complete fish 2>/dev/null)
    set -l found (string split -m 1 \\t -- $line)
    if test "$found[1]" = :files
      set -l path (string sub -s (math 1 + (string length -- "$found[2]")) -- (commandline -ct))
      if string match -q '~/*' -- "$path"
        __fish_complete_path (string replace '~/' "$HOME/" -- "$path") | string replace -- "$HOME/" "$found[2]~/"
      else
        __fish_complete_path "$path" | string replace -r '^' -- "$found[2]"
      end
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
