/** A part of a script for sh: sets `tree` to the top of the working tree that $PWD is in, by what git goes by (dot-git.ts), else to $PWD. */
export const TREE = `tree=$PWD
while [ ! -f "\${tree%/}/.git" ] && [ ! -e "\${tree%/}/.git/HEAD" ]; do
  [ "$tree" = / ] && tree=$PWD && break
  tree=\${tree%/*}; tree=\${tree:-/}
done`;
