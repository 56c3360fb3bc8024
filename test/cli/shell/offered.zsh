# offered.zsh SCRIPT LINE: prints what the line editor of a real zsh offers at the end of the line, one word a line.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "source $1"
zpty -r z out '*REA*DY*'
zpty -w -n z "$2"$'\t'
zpty -r z out '*OV*ER*'
print -r -- "$out" | tr -d '\r' | sed -n 's/^.*HIT=//p'
