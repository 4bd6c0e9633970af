# zsh -f zsh-complete.zsh DIR LINE...: what a shell with DIR in its fpath offers for each line and a tab, a word on each
# line, and "(end)" after each.
zmodload zsh/zpty
out=$(mktemp $1/out.XXXXXX)
cat >$out.zsh <<END
PROMPT=; fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "\$@"; return; fi
  local -a offered; builtin compadd -A offered "\$@"; print -rl -- \$offered >>${(q)out}; builtin compadd "\$@"
}
ended() { print -r -- '(end)' >>${(q)out}; comppostfuncs=(ended) }
comppostfuncs=(ended)
print -r -- '(end)' >>${(q)out}
END
ends=0
# Waits until the shell has said so once more.
until_end() {
  (( ends++ ))
  for ((i = 0; i < 1000; i++)); do [[ $(grep -c '^(end)$' $out) == $ends ]] && return; sleep 0.02; done
}
zpty z zsh -f -i
zpty -w z "source ${(q)out}.zsh"
until_end
for line in "${@[2,-1]}"; do
  # Control-U takes the line before away.
  zpty -w -n z $'\x15'"$line"$'\t'
  until_end
done
zpty -d z
sed 1d $out
