/// The shells that we write completions for.
///
/// The scripts call the `withsecrets` of PATH, never the word that was typed: a Tab behind `./withsecrets` in somebody's
/// repository must not run it.
enum CompletionShell: String, CaseIterable {
    case bash, zsh, fish

    /// Whether the shell hands words over as they were typed, with their quotes.
    var keepsQuotes: Bool { self == .bash }

    var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }
}

extension CompletionShell {
    /// For bash 4.4 or newer; uses bash-completion where it is loaded, for the command behind `--`.
    private static let bashScript = #"""
        # bash completion for withsecrets: eval "$(withsecrets completions bash)"
        _withsecrets() {
            local rest=${COMP_LINE:0:COMP_POINT} word prefix index
            local -a typed=() starts=() answer=()
            COMPREPLY=()
            # bash parts words at : and = too; ours are parted by blanks.
            for ((index = 0; index <= COMP_CWORD; index++)); do
                if ((index == 0)) || [[ $rest == [[:blank:]]* ]]; then
                    rest=${rest#"${rest%%[![:blank:]]*}"}
                    typed+=("")
                    starts+=("$index")
                fi
                word=${COMP_WORDS[index]}
                ((index < COMP_CWORD)) || word=$rest
                typed[-1]+=$word
                rest=${rest#"$word"}
            done
            mapfile -t answer < <(command withsecrets __complete bash "${typed[@]:1}" 2>/dev/null)
            # What bash replaces is what stands behind the last break.
            prefix=${typed[-1]%"${typed[-1]##*[:=]}"}
            [[ $COMP_WORDBREAKS == *[:=]* ]] || prefix=
            case ${answer[0]} in
            words)
                for word in "${answer[@]:1}"; do
                    word=${word%%$'\t'*}
                    COMPREPLY+=("${word#"$prefix"}")
                    [[ $word != *[:=] ]] || compopt -o nospace
                done
                ;;
            files | folders)
                compopt -o filenames
                while IFS= read -r word; do
                    if [[ -d $word || (${answer[0]} == files && (-z ${answer[2]} || " ${answer[2]} " == *" ${word##*.} "*)) ]]
                    then
                        COMPREPLY+=("$word")
                    fi
                done < <(compgen -f -- "${typed[-1]#"$prefix"}")
                ;;
            command)
                # A count of our words, without our own name.
                index=${starts[answer[1] + 1]}
                if declare -F _comp_command_offset >/dev/null; then
                    _comp_command_offset "$index"
                elif declare -F _command_offset >/dev/null; then
                    _command_offset "$index"
                elif ((index == COMP_CWORD)); then
                    mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
                else
                    compopt -o filenames
                    mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
                fi
                ;;
            esac
        }
        complete -F _withsecrets withsecrets
        """#

    private static let zshScript = #"""
        #compdef withsecrets
        # zsh completion for withsecrets: withsecrets completions zsh > a folder of fpath/_withsecrets
        _withsecrets() {
            local line
            local -a lines parts words_ended shown_ended words_open shown_open
            lines=("${(@f)$(command withsecrets __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
            case $lines[1] in
            words)
                for line in "${(@)lines[2,-1]}"; do
                    parts=("${(@ps:\t:)line}")
                    if [[ $parts[1] == *[:=] ]]; then
                        words_open+=("$parts[1]") shown_open+=("$parts[1]${parts[2]:+  -- $parts[2]}")
                    else
                        words_ended+=("$parts[1]") shown_ended+=("$parts[1]${parts[2]:+  -- $parts[2]}")
                    fi
                done
                (( $#words_ended == 0 )) || compadd -l -d shown_ended -a words_ended
                (( $#words_open == 0 )) || compadd -l -S '' -d shown_open -a words_open
                ;;
            files)
                [[ -z $lines[2] ]] || compset -P "${(b)lines[2]}"
                if [[ -n $lines[3] ]]; then
                    _files -g "*.(${lines[3]// /|})(-.)"
                else
                    _files
                fi
                ;;
            folders)
                [[ -z $lines[2] ]] || compset -P "${(b)lines[2]}"
                _files -/
                ;;
            command)
                shift $(( lines[2] + 1 )) words
                (( CURRENT -= lines[2] + 1 ))
                _normal
                ;;
            esac
        }
        if [[ $funcstack[1] == _withsecrets ]]; then
            _withsecrets "$@"
        else
            compdef _withsecrets withsecrets
        fi
        """#

    private static let fishScript = #"""
        # fish completion for withsecrets: withsecrets completions fish > ~/.config/fish/completions/withsecrets.fish
        function __withsecrets_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l answer (command withsecrets __complete fish $words[2..-1] $current 2>/dev/null)
            switch "$answer[1]"
                case words
                    test (count $answer) -lt 2; or printf '%s\n' $answer[2..-1]
                case files folders
                    set -l path (string sub -s (math (string length -- "$answer[2]") + 1) -- "$current")
                    set -l found (__fish_complete_path $path)
                    test $answer[1] = files; or set found (__fish_complete_directories $path)
                    for line in $found
                        printf '%s%s\n' "$answer[2]" $line
                    end
                case command
                    set -l rest (string escape -- $words[(math $answer[2] + 2)..-1])
                    complete -C (string join ' ' -- $rest $current)
            end
        end
        complete -c withsecrets -f -a '(__withsecrets_complete)'
        """#
}
