#!/bin/sh
# Ends what a parent process left behind, however the parent died (kill -9 included).
# The parent writes one line for each thing and holds the pipe open; end of file without "release" means that it is dead.
#   process PID SIGNAL   a process group: SIGNAL goes to its leader, KILL to the whole group if it has not ended 15 s later
#   ended PID            that group ended by itself
#   folder PATH          remove it at the end
#   container ID         remove that container at the end
#   release              all was stopped in order: do nothing
trap '' INT TERM HUP
processes=''
containers=''
folders=''

while IFS= read -r line; do
  rest=${line#* }
  case $line in
    'process '*) processes="$processes ${rest% *}:${rest##* }" ;;
    'ended '*) processes=$(printf '%s ' "$processes" | sed "s/ $rest:[A-Z]* / /") ;;
    'folder '*) folders="$folders$rest
" ;;
    'container '*) containers="$containers $rest" ;;
    release) exit 0 ;;
  esac
done

alive() { # a zombie that nobody collects counts as ended
  kill -0 "$1" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

for entry in $processes; do kill -"${entry#*:}" "${entry%:*}" 2>/dev/null; done
for entry in $processes; do
  turns=0
  while alive "${entry%:*}" && [ "$turns" -lt 150 ]; do
    turns=$((turns + 1))
    sleep 0.1
  done
  kill -KILL -"${entry%:*}" 2>/dev/null
done
[ -n "$containers" ] && command -v docker >/dev/null && docker rm --force --volumes $containers >/dev/null 2>&1

printf '%s' "$folders" | while IFS= read -r folder; do
  turns=0
  # A process that is just ending may still write: try again for a moment.
  until rm -rf "$folder" 2>/dev/null || [ "$turns" -ge 20 ]; do
    turns=$((turns + 1))
    sleep 0.1
  done
done
